export type Point = readonly [at: number, value: number | null];

/** In each of so many equal parts of a time the first, lowest, highest and last point; gaps stay. */
export function thinned(points: readonly Point[], from: number, to: number, columns: number): readonly Point[] {
    if (points.length <= columns * 2) return points;
    const width = Math.max(1, (to - from) / columns);
    const kept: Point[] = [];
    let column: Point[] = [];
    const flush = () => {
        const [first, last] = [column[0], column.at(-1)];
        if (first && last) {
            const byValue = column.toSorted((a, b) => a[1]! - b[1]!);
            const chosen = new Set<Point>([first, byValue[0]!, byValue.at(-1)!, last]);
            kept.push(...column.filter((point) => chosen.has(point)));
        }
        column = [];
    };
    let index = -1;
    for (const point of points) {
        const next = Math.floor((point[0] - from) / width);
        if (next !== index || point[1] === null) flush();
        index = next;
        if (point[1] === null) kept.push(point);
        else column.push(point);
    }
    flush();
    return kept;
}
