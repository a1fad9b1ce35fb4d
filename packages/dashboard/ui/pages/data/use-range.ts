import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue';
import type { Page } from '../../lib/page';
import { isPreset, keepLong, momentOf, PRESETS, refreshMs, type Preset, type TimeRange } from './time-range';

export interface ShownRange {
    preset: ComputedRef<Preset>;
    /** The end of what is shown until now: it goes on in steps, and not each second. */
    latest: ComputedRef<number>;
    /** That of the preset, until now. */
    whole: ComputedRef<TimeRange>;
    /** What is read. */
    settled: ComputedRef<TimeRange>;
    /** What is shown while somebody drags. */
    shown: ComputedRef<TimeRange>;
    dragged: ShallowRef<TimeRange | undefined>;
    isZoomed: ComputedRef<boolean>;
    settle(range: TimeRange): void;
    show(preset?: Preset): void;
}

/** The time that is shown, kept in the address (`span`, `from`, `to`). */
export function useRange(page: Page, usual: Preset): ShownRange {
    const span = page.address('span');
    const from = page.address('from');
    const to = page.address('to');
    const preset = computed<Preset>(() => (isPreset(span.value) ? span.value : usual));
    const latest = computed(() => {
        const step = refreshMs(PRESETS[preset.value]);
        return Math.ceil(page.live.serverNow() / step) * step;
    });
    const asked = computed<TimeRange | undefined>(() => {
        const [begin, end] = [momentOf(from.value), momentOf(to.value)];
        return begin === undefined ? undefined : keepLong({ from: begin, to: end ?? latest.value });
    });
    const whole = computed(() => ({ from: latest.value - PRESETS[preset.value], to: latest.value }));
    const settled = computed(() => asked.value ?? whole.value);
    const dragged = shallowRef<TimeRange>();
    return {
        preset,
        latest,
        whole,
        settled,
        dragged,
        shown: computed(() => dragged.value ?? settled.value),
        isZoomed: computed(() => asked.value !== undefined),
        settle(range) {
            dragged.value = undefined;
            const kept = keepLong(range);
            [from.value, to.value] = [String(kept.from), String(kept.to)];
        },
        show(next) {
            dragged.value = undefined;
            if (next) span.value = next === usual ? undefined : next;
            from.value = to.value = undefined;
        },
    };
}
