import type { Node, NodeStatus, NodeStatusFill, NodeStatusShape } from 'node-red';

const LONGEST = 40;

export type Look = 'ok' | 'connecting' | 'warning' | 'busy' | 'error' | 'disabled' | 'armed';

/** The colours of the house (style.md, rule 7). */
const LOOKS: Record<Look, { fill: NodeStatusFill; shape: NodeStatusShape }> = {
    ok: { fill: 'green', shape: 'dot' },
    connecting: { fill: 'yellow', shape: 'ring' },
    warning: { fill: 'yellow', shape: 'dot' },
    busy: { fill: 'blue', shape: 'dot' },
    armed: { fill: 'blue', shape: 'ring' },
    error: { fill: 'red', shape: 'ring' },
    disabled: { fill: 'grey', shape: 'ring' },
};

/** Shows a status on the canvas; sends nothing if it is the one already shown. */
export class StatusLamp {
    private shown = '';

    constructor(private readonly node: Node) {}

    show(look: Look, text: string): void {
        const short = text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
        const status: NodeStatus = { ...LOOKS[look], text: short };
        const key = JSON.stringify(status);
        if (key === this.shown) return;
        this.shown = key;
        this.node.status(status);
    }

    clear(): void {
        this.shown = '';
        this.node.status({});
    }
}

/** `90` → `1:30`, `3700` → `1:01:40`. */
export function clockFace(seconds: number): string {
    const whole = Math.max(0, Math.round(seconds));
    const parts = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
    if (parts[0] === 0) parts.shift();
    return parts.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}
