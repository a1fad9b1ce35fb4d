import { onUnmounted, watch, type Ref } from 'vue';
import type { TimeRange } from './time-range';
import { SHORTEST_MS } from './time-range';

export interface GestureTarget {
    range(): TimeRange;
    /** Width in px that the range has on the screen, and where it begins. */
    drawing(): { left: number; width: number } | undefined;
    /** While fingers move. */
    move(range: TimeRange): void;
    /** The fingers are gone. */
    settle(range: TimeRange): void;
}

/** The range that keeps the moments under the fingers under them. @param fingers px from the left of the drawing: where each began, and is */
export function underFingers(
    start: TimeRange,
    width: number,
    fingers: readonly { from: number; to: number }[],
): TimeRange {
    const perPx = (start.to - start.from) / width;
    const [one, other] = fingers;
    if (!one || width <= 0) return start;
    if (!other) {
        const shift = (one.from - one.to) * perPx;
        return { from: Math.round(start.from + shift), to: Math.round(start.to + shift) };
    }
    const [began, now] = [Math.abs(other.from - one.from), Math.abs(other.to - one.to)];
    const wide = Math.max(SHORTEST_MS, (start.to - start.from) * (Math.max(1, began) / Math.max(1, now)));
    const moment = start.from + ((one.from + other.from) / 2) * perPx;
    const begin = moment - ((one.to + other.to) / 2 / width) * wide;
    return { from: Math.round(begin), to: Math.round(begin + wide) };
}

/** One finger moves the time, two zoom. The mouse draws a range: that is the chart's own. Up and down the page is scrolled as everywhere. */
export function useGestures(element: Readonly<Ref<HTMLElement | null>>, target: GestureTarget): void {
    const fingers = new Map<number, { from: number; to: number }>();
    let start = target.range();
    let isMoving = false;

    function begin(): void {
        start = target.range();
        for (const finger of fingers.values()) finger.from = finger.to;
    }

    function down(event: PointerEvent): void {
        const drawing = target.drawing();
        if (event.pointerType === 'mouse' || !drawing || fingers.size >= 2) return;
        const at = event.clientX - drawing.left;
        fingers.set(event.pointerId, { from: at, to: at });
        begin();
    }

    function move(event: PointerEvent): void {
        const finger = fingers.get(event.pointerId);
        const drawing = target.drawing();
        if (!finger || !drawing) return;
        finger.to = event.clientX - drawing.left;
        // A tap shows the values at its place.
        if (!isMoving && fingers.size === 1 && Math.abs(finger.to - finger.from) < 8) return;
        isMoving = true;
        target.move(underFingers(start, drawing.width, [...fingers.values()]));
    }

    function up(event: PointerEvent): void {
        if (!fingers.delete(event.pointerId)) return;
        begin();
        if (fingers.size > 0 || !isMoving) return;
        isMoving = false;
        target.settle(target.range());
    }

    const listeners = { pointerdown: down, pointermove: move, pointerup: up, pointercancel: up } as const;
    const names = Object.keys(listeners) as (keyof typeof listeners)[];
    const stop = watch(
        element,
        (now, before) => {
            for (const name of names) {
                before?.removeEventListener(name, listeners[name]);
                now?.addEventListener(name, listeners[name]);
            }
        },
        { immediate: true },
    );
    onUnmounted(() => {
        stop();
        for (const name of names) element.value?.removeEventListener(name, listeners[name]);
    });
}
