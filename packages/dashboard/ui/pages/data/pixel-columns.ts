/** How far a line reaches in one column of pixels. */
export interface PixelColumn {
    x: number;
    /** The lesser y: the upper end on a canvas. */
    top: number;
    bottom: number;
}

/** Places in pixels; of a value that is absent null where the line breaks, undefined where it goes on. */
export interface Dense {
    from: number;
    to: number;
    x(index: number): number;
    y(index: number): number | null | undefined;
}

/**
 * A line whose values lie closer than pixels, as what is seen of it: per column of pixels from its least to its greatest value, without a hole to the
 * column before. It is painted in a small part of the time that a line of so many corners takes.
 */
export function pixelColumns({ from, to, x, y }: Dense): PixelColumn[] {
    const columns: PixelColumn[] = [];
    let last: { x: number; y: number } | undefined;
    for (let index = from; index <= to; index++) {
        const value = y(index);
        if (value === null) last = undefined;
        if (value === null || value === undefined) continue;
        const place = Math.round(x(index));
        if (last) reach(columns, last, { x: place, y: value });
        else columns.push({ x: place, top: value, bottom: value });
        last = { x: place, y: value };
    }
    return columns;
}

/** The straight way to the next value, column by column. */
function reach(columns: PixelColumn[], last: { x: number; y: number }, next: { x: number; y: number }): void {
    const here = columns.at(-1)!;
    if (next.x === last.x) {
        here.top = Math.min(here.top, next.y);
        here.bottom = Math.max(here.bottom, next.y);
        return;
    }
    const slope = (next.y - last.y) / (next.x - last.x);
    for (let x = last.x + 1; x <= next.x; x++) {
        const end = last.y + slope * (x - last.x);
        columns.push({ x, top: Math.min(end, end - slope), bottom: Math.max(end, end - slope) });
    }
}

/** Whether a dash is drawn at this distance along the line. Without dashes it always is. */
export function isInDash(dash: readonly number[], distance: number): boolean {
    const length = dash.reduce((sum, part) => sum + part, 0);
    if (length === 0) return true;
    let rest = ((distance % length) + length) % length;
    return (
        dash.findIndex((part) => {
            rest -= part;
            return rest < 0;
        }) %
            2 ===
        0
    );
}
