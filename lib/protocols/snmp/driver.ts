import type { BatterySweep } from '../../core/batteries/model';
import type { Clock } from '../../core/clock';
import { waitingFor, type CommandResult, type RawItem, type SettingInfo, type UpsCommand } from '../../core/driver';
import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import type { DeviceMap } from '../device-map/device-map';
import type { Dialect } from './dialect';
import { Dialects } from './dialects';
import { PollingDriver } from '../shared/polling-driver';
import { toUpsError } from './refusals';
import { RFC1628 } from './rfc1628-dialect';
import type { SilenceReason } from './silence-reason';
import { SnmpError, type SnmpTransport, type SnmpValue } from './transport';
import type { TrapSubscription } from './traps';

export interface SnmpDriverOptions {
    clock: Clock;
    /** Name for errors and messages. */
    host: string;
    intervalMs: number;
    transport: SnmpTransport;
    /** The maps of cards that do not speak RFC 1628; default: none. */
    maps?: readonly DeviceMap[];
    /** `rfc1628` or the id of one of the maps: the card is asked for these objects only. Absent: found out. */
    dialect?: string;
    /** Finds the reason of a silence; absent: the reason stays `timeout`. */
    silence?: SilenceReason;
    /** Subscribes to traps of this device; `hint` requests a poll. The driver calls it at start and cancels at stop. */
    traps?: (hint: () => void) => Pick<TrapSubscription, 'cancel'>;
}

/** Interval of the slow round: identity, configuration and table shapes. */
const SLOW_MS = 60_000;
/**
 * If a poll takes longer than this, the driver reports the decisive values before the poll ends. The first poll discovers the
 * card's objects and gets more time.
 */
const GRACE_MS = 1500;
const FIRST_GRACE_MS = 5000;
/** If the decisive values arrive later than that, the driver waits this long for the rest. */
const LATE_GRACE_MS = 500;
/** A later start time of the agent means a restart if it differs by more than this; less is jitter, or our clock. */
const RESTART_MS = 30_000;
/** Pause until a request is repeated that failed for the first time. */
const RETRY_SOON_MS = 5000;

/**
 * A card that speaks RFC 1628, or the objects of its maker by a device map, as a UPS. Every reading is complete: it repeats the values that are read once a minute. The driver reports a
 * failed poll at once as `waiting`; the unit decides how long a silence may last.
 */
export class SnmpDriver extends PollingDriver {
    private readonly dialects: Dialects;
    private slowDue = Infinity;
    /** A command may have changed slowly read values: poll again after the next slow round. */
    private commanded = false;
    private traps?: Pick<TrapSubscription, 'cancel'>;
    /** Reports the decisive values as soon as they are read; set when a poll takes too long. */
    private reportEarly?: () => void;

    constructor(private readonly options: SnmpDriverOptions) {
        super(options);
        const { host, transport, clock, maps, dialect } = options;
        this.dialects = new Dialects(
            { host, transport, now: () => clock.now(), onDecisive: () => this.reportEarly?.() },
            maps,
            dialect,
        );
    }

    private get dialect(): Dialect {
        return this.dialects.spoken;
    }

    supports(command: UpsCommand): boolean {
        return this.dialect.supports(command);
    }

    get host(): string {
        return this.options.host;
    }

    /**
     * Reads one further object of this device, in turn with the polls; undefined if the device lacks it. @throws UpsError
     * device-silent, device-refused, access-denied
     */
    readObject(oid: string): Promise<SnmpValue> {
        return this.loop.enqueue(async () => {
            try {
                return (await this.options.transport.get([oid]))[0]?.value;
            } catch (error) {
                if (error instanceof SnmpError && error.status === 'noSuchName') return undefined;
                throw toUpsError(error, this.options.host);
            }
        });
    }

    /** Sets an object of type INTEGER, in turn with the polls. @throws UpsError device-silent, device-refused, access-denied */
    writeObject(oid: string, value: number): Promise<void> {
        return this.loop.enqueue(async () => {
            try {
                await this.options.transport.set([{ oid, type: 'integer', value }]);
            } catch (error) {
                throw toUpsError(error, this.options.host, oid);
            }
        });
    }

    settingsInfo(): Record<string, SettingInfo> {
        return this.dialect.settingsInfo();
    }

    get speaks(): string {
        return this.dialect.id;
    }

    channelStates(name: string): readonly string[] | undefined {
        return this.dialect.channelStates?.(name);
    }

    battery(): BatterySweep | undefined {
        return this.dialect.battery?.();
    }

    rawItems(): Record<string, RawItem> | undefined {
        return this.dialect.rawItems?.();
    }

    execute(command: UpsCommand): Promise<CommandResult> {
        return this.loop.enqueue(async () => {
            const result = await this.dialect.execute(command);
            this.slowDue = this.options.clock.monotonic();
            this.commanded = true;
            this.loop.pollNow();
            return result;
        });
    }

    shutdownCountdown(): Promise<number | undefined> {
        return this.loop.enqueue(() => this.dialect.shutdownCountdown());
    }

    protected release(): void {
        this.traps?.cancel();
        this.traps = undefined;
        this.options.transport.close();
    }

    protected override prepare(): void {
        this.dialects.begin(this.events?.memory);
        this.traps = this.options.traps?.(() => this.pollNow());
    }

    /** Reports readings itself: values that decide on an outage must not wait for slow or unanswered requests. */
    protected async read(): Promise<undefined> {
        const { clock, host } = this.options;
        const wasKnown = this.dialect.known;
        let told = false;
        const tell = () => (told = this.report(wasKnown, true, told));
        let grace = clock.setTimeout(
            () => {
                if (this.dialect.decisiveAt !== undefined) tell();
                else this.reportEarly = () => (grace = clock.setTimeout(tell, LATE_GRACE_MS));
            },
            wasKnown ? GRACE_MS : FIRST_GRACE_MS,
        );
        try {
            if (wasKnown) await this.dialect.readFast();
            else await this.discover();
            // The rest of the poll brought nothing new.
            if (told && wasKnown && !this.dialect.alarmsRead) return undefined;
            if (!this.report(wasKnown, !this.dialect.alarmsRead, told)) {
                // The agent may still be starting: forget which objects it lacks.
                this.dialect.forgetAll();
                throw this.refusal(host);
            }
            return undefined;
        } finally {
            clock.clearTimeout(grace);
            this.reportEarly = undefined;
        }
    }

    /** The card answers, and has nothing of what it was asked for. */
    private refusal(host: string): UpsError {
        const isMap = this.options.dialect !== undefined && this.options.dialect !== RFC1628;
        if (isMap) return new UpsError('device-refused', { host, reason: said('map.nothing') });
        return new UpsError('device-refused', { host, why: 'no-ups-mib', reason: said('snmp.nothing') });
    }

    /** Reports what was read so far; false if it holds no value of a UPS. @param further a part of it is told already */
    private report(wasKnown: boolean, alarmsUnread: boolean, further: boolean): boolean {
        if (this.stopping) return true;
        const { since: before = Infinity } = this.dialect;
        const status = this.dialect.status(alarmsUnread);
        if (!status) return false;
        // The agent has restarted, perhaps with another firmware.
        if (wasKnown && (this.dialect.since ?? 0) - before > RESTART_MS) this.askAgain();
        this.recovered(wasKnown);
        this.deliver(status, further);
        return true;
    }

    private async discover(): Promise<void> {
        await this.dialects.discover();
        if (this.dialect.known) this.planSlowRound();
    }

    /**
     * Runs one step of the slow round. A failure ends the round and does not change the driver's state: only polls decide whether
     * a card is silent, and a card that answers polls is not silent.
     */
    protected override async background(): Promise<boolean> {
        const more = await this.dialect.refreshStep().catch(() => false);
        if (more) return true;
        const isOther = await this.dialects.reconsider().catch(() => false);
        this.planSlowRound();
        if (this.commanded || isOther) this.loop.pollNow();
        this.commanded = false;
        return true;
    }

    private planSlowRound(): void {
        this.slowDue = this.options.clock.monotonic() + (this.dialect.needsRetrySoon ? RETRY_SOON_MS : SLOW_MS);
    }

    private recovered(wasKnown: boolean): void {
        if (this.state.state === 'ready') return;
        this.options.silence?.over();
        // The card may have new firmware, or be another card.
        if (this.state.state === 'waiting' && wasKnown) this.askAgain();
    }

    private askAgain(): void {
        this.dialect.forgetMissing();
        this.slowDue = this.options.clock.monotonic();
    }

    protected override backgroundDue(): number {
        return this.slowDue;
    }

    protected override forget(): void {
        this.slowDue = Infinity;
    }

    protected override failureOf(error: unknown): UpsError {
        return toUpsError(error, this.options.host);
    }

    protected override explained(error: UpsError): UpsError {
        const { silence } = this.options;
        if (!silence || error.data.why !== 'timeout') return error;
        const again = () => this.state.state === 'waiting' && this.enter(waitingFor(this.explained(error)));
        return new UpsError(error.code, { ...error.data, why: silence.why(again) }, { cause: error });
    }
}
