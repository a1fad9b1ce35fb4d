import { onMounted, onUnmounted, ref, type Ref } from 'vue';

/** Whether an element stands on a dark ground: the dashboard's themes say so nowhere. */
export function useDark(element: Ref<HTMLElement | undefined>): Ref<boolean> {
    const isDark = ref(false);
    const look = () => {
        if (element.value) isDark.value = luminance(groundOf(element.value)) < 0.35;
    };
    const system = window.matchMedia('(prefers-color-scheme: dark)');
    // A theme is a change of style variables on a parent.
    const observer = new MutationObserver(look);
    onMounted(() => {
        look();
        system.addEventListener('change', look);
        const theme = element.value?.closest('[class*="v-theme--"]');
        if (theme) observer.observe(theme, { attributes: true, attributeFilter: ['style', 'class'] });
    });
    onUnmounted(() => {
        system.removeEventListener('change', look);
        observer.disconnect();
    });
    return isDark;
}

/** Red, green and blue, 0..255; white if the dashboard says nothing. */
function groundOf(element: HTMLElement): number[] {
    const value = getComputedStyle(element).getPropertyValue('--v-theme-group-background');
    const parts = value.split(',').map(Number);
    return parts.length === 3 && parts.every((part) => Number.isFinite(part)) ? parts : [255, 255, 255];
}

/** Relative luminance, 0..1 (WCAG 2.2). */
function luminance(rgb: number[]): number {
    const [red, green, blue] = rgb.map((value) => {
        const part = value / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
