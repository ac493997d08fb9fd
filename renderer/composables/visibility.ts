import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue';

/** `#print`: the page is drawn once, at once and in full, as the program prints it. */
export const openedForPrint = window.location.hash === '#print';

/** True while the element is on or near the screen: charts and 3D views are made and moved only then. */
export function useNearScreen(element: Ref<HTMLElement | null>, margin = '300px'): Ref<boolean> {
  const near = ref(false);
  // Nobody looks at a page that is only printed.
  if (openedForPrint) return near;
  let observer: IntersectionObserver | undefined;
  onMounted(() => {
    observer = new IntersectionObserver((entries) => {
      near.value = entries.at(-1)?.isIntersecting ?? false;
    }, { rootMargin: margin });
    if (element.value) observer.observe(element.value);
  });
  onBeforeUnmount(() => observer?.disconnect());
  return near;
}

/** Calls `draw` before the page is printed and `restore` after; once and for all where the page was opened for printing. */
export function useBeforePrint(draw: () => void, restore: () => void = () => undefined): void {
  onMounted(() => {
    if (openedForPrint) {
      draw();
      return;
    }
    window.addEventListener('beforeprint', draw);
    window.addEventListener('afterprint', restore);
  });
  onBeforeUnmount(() => {
    window.removeEventListener('beforeprint', draw);
    window.removeEventListener('afterprint', restore);
  });
}
