/** The pane of details at the right: a screen fills it, and it says where what is shown comes from. */
import { computed, ref, type ComputedRef } from 'vue';

/** Screens that have something to show there. */
const filled = ref(0);
const storageKey = 'phonolite.details';
/** Where it would lie over the screen it begins folded. */
const folded = ref((localStorage.getItem(storageKey) ?? (window.innerWidth <= 1100 ? 'folded' : 'unfolded')) === 'folded');

export interface InspectorHost {
  readonly available: ComputedRef<boolean>;
  readonly visible: ComputedRef<boolean>;
  toggle(): void;
}

export function useInspectorHost(): InspectorHost {
  return {
    available: computed(() => filled.value > 0),
    visible: computed(() => filled.value > 0 && !folded.value),
    toggle: () => {
      folded.value = !folded.value;
      localStorage.setItem(storageKey, folded.value ? 'folded' : 'unfolded');
    },
  };
}

/** Called by the component that fills the pane. */
export function claimInspector(): () => void {
  filled.value += 1;
  return () => { filled.value -= 1; };
}
