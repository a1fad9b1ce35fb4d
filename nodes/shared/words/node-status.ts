import type { Node, NodeStatus, NodeStatusFill, NodeStatusShape } from 'node-red';
import { INDICATOR_COLOURS, type IndicatorState } from '../../../lib/core/status/indicator';
import type { NodeIndicator, NodeState } from '../../../lib/flow/ports';

const LONGEST = 40;

type Shape = { fill: NodeStatusFill; shape: NodeStatusShape };

/** A ring is something that is not there: not yet, not any more, or not at all. */
const RINGS: ReadonlySet<IndicatorState> = new Set(['disabled', 'starting', 'never', 'lost']);

/** Jobs, timings and receivers have states that the monitor of a device does not know. */
const WORK: Record<Exclude<NodeState, IndicatorState>, Shape> = {
    connecting: { fill: INDICATOR_COLOURS.starting, shape: 'ring' },
    busy: { fill: 'blue', shape: 'dot' },
    armed: { fill: 'blue', shape: 'ring' },
    error: { fill: 'red', shape: 'ring' },
};

function shapeOf(state: NodeState): Shape {
    if (state in WORK) return WORK[state as keyof typeof WORK];
    const indicator = state as IndicatorState;
    return { fill: INDICATOR_COLOURS[indicator], shape: RINGS.has(indicator) ? 'ring' : 'dot' };
}

/** Shows a status on the canvas; sends nothing if it is the one already shown. */
export class StatusIndicator implements NodeIndicator {
    private shown = '';

    constructor(private readonly node: Node) {}

    show(state: NodeState, text: string): void {
        const short = text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
        const status: NodeStatus = { ...shapeOf(state), text: short };
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
