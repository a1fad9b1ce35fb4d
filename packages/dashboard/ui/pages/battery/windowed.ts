/** The rows of a long table that are drawn: those that are seen, and some around them. */
export interface Shown {
    from: number;
    /** Without this one. */
    to: number;
    /** px of the rows before and after. */
    before: number;
    after: number;
}

/** Rows beyond the edges that are drawn all the same, so that a turn of the wheel shows no gap. */
const AROUND = 12;

/** @param count rows in all @param rowPx height of each @param top px that are scrolled away @param height px that are seen */
export function windowOf(count: number, rowPx: number, top: number, height: number): Shown {
    const from = Math.max(0, Math.min(count, Math.floor(top / rowPx) - AROUND));
    const to = Math.max(from, Math.min(count, Math.ceil((top + height) / rowPx) + AROUND));
    return { from, to, before: from * rowPx, after: (count - to) * rowPx };
}
