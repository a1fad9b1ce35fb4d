import type { BatterySweep, CardSettings, CardState, StringQuantity } from '../../core/batteries/model';
import type { Clock } from '../../core/clock';
import { UpsError } from '../../core/errors';
import { many } from './modbus-values';
import type { SnmpReader } from './snmp-reader';

/** A sweep waits so long for what SNMP adds to it; flags by Modbus wait as long. */
const WAIT_MS = 400;
/** Names and limits are read each hour, and sooner after a failure. */
const HOUR_MS = 3_600_000;
const FIRST_RETRY_MS = 60_000;

/**
 * SNMP beside Modbus, for what Modbus does not tell: voltages of the strings 11 to 16, currents beyond the range of a word, which string has an alarm, limits and names.
 * It runs by itself: if SNMP is silent, nothing of Modbus waits for it.
 */
export class SnmpBeside {
    private turn: Promise<void> = Promise.resolve();
    private stringsAt = -Infinity;
    private reading?: Promise<void>;
    private failing = false;
    private settingsDue = -Infinity;
    private retryMs = FIRST_RETRY_MS;
    private closed = false;

    constructor(
        private readonly clock: Clock,
        private readonly reader: SnmpReader,
        private readonly onSettings: (settings: CardSettings, model?: string) => void,
    ) {}

    /** Another card. */
    forget(): void {
        this.reader.forget();
        this.stringsAt = this.settingsDue = -Infinity;
    }

    /** Begins to read the strings, unless it is doing so, and what is due of the rest. */
    begin(strings: number | undefined): void {
        if (this.closed) return;
        if (strings !== undefined && !this.reading) {
            const at = this.clock.monotonic();
            this.reading = this.queued(async () => {
                try {
                    await this.reader.strings.read(strings);
                    this.stringsAt = at;
                    this.failing = false;
                } catch {
                    // Modbus tells the rest; these values are not known meanwhile.
                    this.reader.strings.forget();
                    this.failing = true;
                }
                this.reading = undefined;
            });
        }
        const now = this.clock.monotonic();
        if (now < this.settingsDue) return;
        this.settingsDue = now + this.retryMs;
        void this.queued(() => this.readSettings());
    }

    /** @param since clock.monotonic() at the begin of the sweep: older values are not mixed with it */
    async addTo(sweep: BatterySweep, since: number): Promise<BatterySweep> {
        if (this.reading && !this.failing) await this.inTime(this.reading);
        if (this.stringsAt < since || sweep.strings === undefined) return sweep;
        this.reader.strings.learn(sweep.byString);
        const byString = { ...sweep.byString };
        for (const [quantity, values] of Object.entries(this.reader.strings.values())) {
            const name = quantity as StringQuantity;
            const known = byString[name] ?? many(sweep.strings);
            byString[name] = known.map((value, i) => (Number.isNaN(value) ? (values[i] ?? NaN) : value));
        }
        return { ...sweep, byString };
    }

    /** Names and limits now. @throws UpsError */
    async ask(): Promise<CardSettings> {
        let settings: CardSettings | undefined;
        let failure: unknown = new UpsError('interrupted');
        await this.queued(async () => {
            try {
                settings = await this.reader.settings();
            } catch (error) {
                failure = error;
            }
        });
        if (!settings) throw failure;
        return settings;
    }

    alarmsAmong(states: ReadonlySet<CardState>): ReadonlyMap<CardState, readonly number[]> | undefined {
        return this.reader.strings.alarmsAmong(states);
    }

    close(): Promise<void> {
        this.closed = true;
        return this.reader.close();
    }

    private async readSettings(): Promise<void> {
        try {
            const settings = await this.reader.settings();
            const { model } = await this.reader.identity();
            if (this.closed) return;
            this.retryMs = FIRST_RETRY_MS;
            this.settingsDue = this.clock.monotonic() + HOUR_MS;
            this.onSettings(settings, model);
        } catch {
            // Asked again by and by: a card whose SNMP is switched off is none to be reported each minute.
            this.retryMs = Math.min(HOUR_MS, 2 * this.retryMs);
        }
    }

    /** One request at a time. */
    private queued(work: () => Promise<void>): Promise<void> {
        this.turn = this.turn.then(() => (this.closed ? undefined : work()));
        return this.turn;
    }

    private async inTime(work: Promise<void>): Promise<void> {
        let timer: unknown;
        const late = new Promise<void>((resolve) => (timer = this.clock.setTimeout(resolve, WAIT_MS)));
        await Promise.race([work, late]);
        this.clock.clearTimeout(timer);
    }
}
