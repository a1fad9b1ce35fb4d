import type { TimerHandle } from '../clock';
import type { EventInfo } from '../messages';
import { LocalSource, type LocalEdge, type LocalSourceOptions } from './local-source';
import { isSilent, type EventSource, type SourceChange } from './source';

export interface OnBatteryOptions extends Omit<LocalSourceOptions, 'name' | 'clock' | 'ups' | 'log'> {
    unit: EventSource;
    /** Event ids; empty: all. */
    wanted: ReadonlySet<string>;
    /** The sentence for an edge, in the language of the site. */
    text(eventId: string, active: boolean): string;
}

/**
 * The events of a UPS while it is on battery. Such an event begins when both the event and the outage are active, and ends when one of them
 * ends. Each outage is a new occurrence. If "battery low" is active already when the mains fail, it begins at once; on mains it is ignored.
 */
export class OnBatteryEvents extends LocalSource {
    readonly standsFor: string;
    private unsubscribe: (() => void) | undefined;
    private soon: TimerHandle;

    constructor(private readonly options: OnBatteryOptions) {
        const { unit } = options;
        super({ ...options, name: unit.name, clock: unit.clock, ups: unit });
        this.standsFor = unit.id;
    }

    /** Takes up what the journal holds, and begins to watch. */
    start(): void {
        this.restore();
        this.unsubscribe = this.options.unit.subscribe((change) => this.heard(change));
        this.look();
    }

    override destroy(): void {
        this.unsubscribe?.();
        this.clock.clearTimeout(this.soon);
        this.heartbeat();
        super.destroy();
    }

    override unheard(eventId: string): boolean {
        return isSilent(this.options.unit, eventId);
    }

    protected override held(): boolean {
        return this.options.unit.stateOf('power-fail').held;
    }

    protected override describeRestored(eventId: string): Pick<LocalEdge, 'level' | 'text'> {
        return this.toldOf(eventId) ?? { level: 'alarm', text: this.options.text(eventId, true) };
    }

    private heard(change: SourceChange): void {
        // The reading that begins an outage may also end other events: wait until all its edges have come.
        const begins = change.kind === 'edge' && change.event.id === 'power-fail' && change.event.active;
        if (!begins) return this.look();
        this.clock.clearTimeout(this.soon);
        this.soon = this.clock.setTimeout(() => this.look(), 0);
    }

    private look(): void {
        const { unit } = this.options;
        const outage = unit.stateOf('power-fail');
        if (!outage.confirmed) return;
        const own = this.activeEvents().map(({ id }) => id);
        const ids = new Set([...own, ...unit.activeEvents().map(({ id }) => id)].filter((id) => this.wants(id)));
        for (const id of new Set([...ids, ...own])) {
            const state = unit.stateOf(id);
            const on = outage.active && state.active && this.wants(id);
            if (state.confirmed && on !== this.isActive(id)) this.edge(id, on, this.describeEdge(id, on));
        }
        if (own.every((id) => unit.stateOf(id).confirmed)) this.confirmAll();
        this.check();
    }

    private wants(id: string): boolean {
        return this.options.wanted.size === 0 || this.options.wanted.has(id);
    }

    private describeEdge(id: string, on: boolean): LocalEdge {
        const told = this.toldOf(id);
        const level = told?.level ?? 'alarm';
        if (on && told) return { level, text: told.text, value: told.value, unit: told.unit, evidence: told.evidence };
        // The event itself is still active; only its outage is over.
        return { level, text: this.options.text(told && !on ? 'power-fail' : id, on) };
    }

    private toldOf(id: string): EventInfo | undefined {
        return this.options.unit.activeEvents().find((event) => event.id === id);
    }
}
