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
    /** A change must last this long to count; default 0. */
    debounceMs?: number;
    /** Without a reading for so long the connection is lost; 0 (default): never. */
    timeoutSeconds?: number;
    level?: EventLevel;
}

export interface ContactSourceOptions extends LocalSourceOptions {
    config: ContactConfig;
    /** ms between the readings as they are now, if their source knows: one may be missed, however short the time-out is. */
    intervalMs?(): number;
    text(eventId: ContactEventId, active: boolean): string;
}

/**
 * A contact as a source of the event `on` (CS141 manual, "Digital inputs" and "CON_AUX4 and CON_R_AUX4"), with `connection-lost` if
 * readings are expected regularly. While the connection is lost the contact stays as it was last seen.
 */
export class ContactSource extends LocalSource {
    private readonly debounceMs: number;
    private readonly timeoutMs: number;
    /** What was read last, and what it has to outlast. */
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

    /** Takes up what the journal holds; the contact counts as it was until it is read again. */
    start(): void {
        const open = this.restore();
        if (open.includes('connection-lost') && this.timeoutMs === 0) this.tell('connection-lost', false, 'disabled');
        this.watch();
        this.confirmInSilence();
        this.check();
    }

    /** Undefined before the first reading of this process. */
    get on(): boolean | undefined {
        return this.seen;
    }

    get level(): EventLevel {
        return this.levelOf('on');
    }

    get lost(): boolean {
        return this.isActive('connection-lost');
    }

    /** A reading: whether the contact is closed. */
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
            // What was bouncing when it was last seen is decided by the next reading.
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
