import type { TimerHandle } from '../clock';
import { durationText } from '../duration';
import { UpsError } from '../errors';
import { said } from '../language/sentence';
import { LocalSource, type LocalEdge, type LocalSourceOptions } from '../events/local-source';
import type { EventLevel } from '../events/ids';
import { POLLS_TO_WAIT } from '../unit/device-path';

export type ContactEventId = 'on' | 'connection-lost';

export interface ContactConfig {
    /** Normally open: on while closed. Normally closed: on while open. */
    contact: 'no' | 'nc';
    /** How long a change must last before it counts, ms; default 0. */
    debounceMs?: number;
    /** The connection counts as lost after so long without a reading, s; 0 (default): never. */
    timeoutSeconds?: number;
    level?: EventLevel;
}

export interface ContactSourceOptions extends LocalSourceOptions {
    config: ContactConfig;
    /** The present interval between readings, ms, if their source knows it. One reading may be missed, even if the time-out is shorter. */
    intervalMs?(): number;
    text(eventId: ContactEventId, active: boolean): string;
}

/**
 * A contact as a source of the event `on` (CS141 manual, "Digital inputs" and "CON_AUX4 and CON_R_AUX4"), and of `connection-lost` if
 * regular readings are expected. While the connection is lost, the contact keeps its last state.
 */
export class ContactSource extends LocalSource {
    private readonly debounceMs: number;
    private readonly timeoutMs: number;
    /** The last reading, and the timer of its debounce time. */
    private pending: { on: boolean; timer: TimerHandle } | undefined;
    private seen: boolean | undefined;
    private silence: TimerHandle;

    /** @throws UpsError config-invalid */
    constructor(private readonly options: ContactSourceOptions) {
        super(options);
        const { contact, debounceMs = 0, timeoutSeconds = 0 } = options.config;
        if (contact !== 'no' && contact !== 'nc') {
            throw new UpsError('config-invalid', { property: 'contact', value: contact, expected: 'no nc' });
        }
        this.debounceMs = atLeastZero('debounceMs', debounceMs);
        this.timeoutMs = 1000 * atLeastZero('timeoutSeconds', timeoutSeconds);
    }

    /** Restores its state from the journal; it counts until the contact is read again. */
    start(): void {
        const open = this.restore();
        if (open.includes('connection-lost') && this.timeoutMs === 0) this.tell('connection-lost', false, 'disabled');
        this.watch();
        this.confirmInSilence();
        this.check();
    }

    /** Normally closed: on while the contact is open. */
    get inverted(): boolean {
        return this.options.config.contact === 'nc';
    }

    /** Whether the event is on; undefined before the first reading of this process. */
    get on(): boolean | undefined {
        return this.seen;
    }

    get level(): EventLevel {
        return this.levelOf('on');
    }

    get lost(): boolean {
        return this.isActive('connection-lost');
    }

    /** Handles a reading: whether the contact is closed. */
    take(closed: boolean): void {
        this.watch();
        if (this.lost) this.tell('connection-lost', false, 'a reading came');
        const on = closed === (this.options.config.contact === 'no');
        if (on === this.isActive('on')) {
            this.settle();
            this.accept(on);
        } else if (this.debounceMs === 0) {
            this.accept(on);
        } else if (this.pending?.on !== on) {
            this.settle();
            const timer = this.clock.setTimeout(() => {
                this.pending = undefined;
                this.accept(on);
            }, this.debounceMs);
            this.pending = { on, timer };
        }
    }

    override destroy(): void {
        this.settle();
        this.clock.clearTimeout(this.silence);
        this.heartbeat();
        super.destroy();
    }

    protected override describeRestored(eventId: string): Pick<LocalEdge, 'level' | 'text'> {
        const id = eventId as ContactEventId;
        return { level: this.levelOf(id), text: this.options.text(id, true) };
    }

    private accept(on: boolean): void {
        const known = this.confirmed;
        this.seen = on;
        this.confirmAll();
        this.tell('on', on, `contact ${this.options.config.contact}`);
        if (!known) this.check();
    }

    private settle(): void {
        this.clock.clearTimeout(this.pending?.timer);
        this.pending = undefined;
    }

    private patienceMs(): number {
        return Math.max(this.timeoutMs, POLLS_TO_WAIT * (this.options.intervalMs?.() ?? 0));
    }

    private watch(): void {
        if (this.timeoutMs === 0) return;
        this.clock.clearTimeout(this.silence);
        this.silence = this.clock.setTimeout(() => {
            // A change that was still bouncing at the last reading is decided by the next one.
            this.settle();
            this.confirmAll();
            this.tell('connection-lost', true, `no reading for ${durationText(this.patienceMs() / 1000)}`);
            this.check();
        }, this.patienceMs());
    }

    private tell(id: ContactEventId, active: boolean, rule: string): void {
        this.edge(id, active, {
            level: this.levelOf(id),
            text: this.options.text(id, active),
            evidence: { rule, values: { [id]: active }, ageSeconds: 0 },
        });
    }

    private levelOf(id: ContactEventId): EventLevel {
        return id === 'on' ? (this.options.config.level ?? 'alarm') : 'warning';
    }
}

function atLeastZero(property: string, value: number): number {
    if (!Number.isFinite(value) || value < 0) {
        throw new UpsError('config-invalid', {
            property,
            value: String(value),
            expected: said('expected.numberFrom', { min: 0 }),
        });
    }
    return value;
}
