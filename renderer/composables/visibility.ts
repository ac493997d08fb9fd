import { getCurrentInstance, inject, onBeforeUnmount, onMounted, provide, ref, type InjectionKey, type Ref } from 'vue';

/** `#print`: the page is drawn once, at once and in full, as the program prints it. */
export const openedForPrint = window.location.hash === '#print';

const paper: InjectionKey<boolean> = Symbol('paper');

/** Everything below is drawn as on paper: a preview of what will be printed. */
export function providePaper(): void {
  provide(paper, true);
}

/** Whether figures stand still here, in print colours: on a page that is only printed, or in a preview of one. */
export function useStill(): boolean {
  return openedForPrint || inject(paper, false);
}

/** Calls `tell` whenever the element comes near the screen or leaves it. */
function watchPlace(element: Element, margin: string, tell: (near: boolean) => void): IntersectionObserver {
  // The margin counts within the window and within whatever scrolls inside of it.
  const reach = { rootMargin: margin, scrollMargin: margin };
  const observer = new IntersectionObserver((entries) => { tell(entries.at(-1)?.isIntersecting ?? false); }, reach);
  observer.observe(element);
  return observer;
}

/** True while the element is on or near the screen: charts and 3D views are made and moved only then. */
export function useNearScreen(element: Ref<HTMLElement | null>, margin = '300px'): Ref<boolean> {
  const near = ref(false);
  // Nobody moves what stands still.
  if (useStill()) return near;
  let observer: IntersectionObserver | undefined;
  onMounted(() => {
    if (element.value) observer = watchPlace(element.value, margin, (here) => { near.value = here; });
  });
  onBeforeUnmount(() => observer?.disconnect());
  return near;
}

/**
 * Calls `draw` before the page is printed and `restore` after; once and for all where the page was opened for printing,
 * and in a preview when the component comes near the screen.
 */
export function useBeforePrint(draw: () => void, restore: () => void = () => undefined): void {
  const still = useStill();
  const instance = getCurrentInstance();
  let observer: IntersectionObserver | undefined;
  onMounted(() => {
    const root: unknown = instance?.proxy?.$el;
    if (openedForPrint) draw();
    else if (still && root instanceof Element) {
      observer = watchPlace(root, '1000px', (near) => {
        if (!near) return;
        observer?.disconnect();
        draw();
      });
    } else {
      window.addEventListener('beforeprint', draw);
      window.addEventListener('afterprint', restore);
    }
  });
  onBeforeUnmount(() => {
    observer?.disconnect();
    window.removeEventListener('beforeprint', draw);
    window.removeEventListener('afterprint', restore);
  });
}
