import { onMounted, onUnmounted, ref, type Ref } from 'vue';

/** Whether an element is narrower than so many px. */
export function useNarrow(element: Readonly<Ref<HTMLElement | null>>, below: number): Ref<boolean> {
    const isNarrow = ref(window.innerWidth < below);
    const observer = new ResizeObserver(([entry]) => (isNarrow.value = entry!.contentRect.width < below));
    onMounted(() => element.value && observer.observe(element.value));
    onUnmounted(() => observer.disconnect());
    return isNarrow;
}
