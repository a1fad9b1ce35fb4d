import type { Node, NodeStatus, NodeStatusFill, NodeStatusShape } from 'node-red';
import { INDICATOR_COLOURS, type IndicatorState } from '../../../lib/core/status/indicator';
import type { NodeIndicator, NodeState } from '../../../lib/flow/ports';

const LONGEST = 40;

type Shape = { fill: NodeStatusFill; shape: NodeStatusShape };

/** States that are shown as a ring: the device is missing. */
const RINGS: ReadonlySet<IndicatorState> = new Set(['disabled', 'starting', 'never', 'lost']);

/** States that only jobs, timings and receivers have. */
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

/** Shows a status on the canvas; a status that is already shown is not sent again. */
export class StatusIndicator implements NodeIndicator {
    /** What is shown, and of which state. */
    private shown = '';
    private of: { state: NodeState; text: string } | undefined;

    constructor(private readonly node: Node) {}

    show(state: NodeState, text: string): void {
        // A status is shown with each reading, and seldom another one.
        if (this.of?.state === state && this.of.text === text) return;
        this.of = { state, text };
        const short = text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
        const status: NodeStatus = { ...shapeOf(state), text: short };
        const key = JSON.stringify(status);
        if (key === this.shown) return;
        this.shown = key;
        this.node.status(status);
    }

    clear(): void {
        this.shown = '';
        this.of = undefined;
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
