import type { Clock } from '../../core/clock';
import { waitingFor, type CommandResult, type SettingInfo, type UpsCommand } from '../../core/driver';
import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import { CardReader } from './card-reader';
import { SnmpCommands } from './commands';
import { decode, isUpsReading } from './decode';
import { LearnedDevice } from './learned-device';
import { SYS_OBJECT_ID } from './oids';
import { PollingDriver } from '../shared/polling-driver';
import { toUpsError } from './refusals';
import { settingsInfo } from './settings';
import type { SilenceReason } from './silence-reason';
import { SnmpError, type SnmpTransport, type SnmpValue } from './transport';
import type { TrapSubscription } from './traps';

export interface SnmpDriverOptions {
    clock: Clock;
    /** For errors and people. */
    host: string;
    intervalMs: number;
    transport: SnmpTransport;
    /** Finds out why it is silent; absent: nobody looks. */
    silence?: SilenceReason;
    /** Subscribes to traps of this device; `hint` asks for a poll. Called at the start, undone at the stop. */
    traps?: (hint: () => void) => Pick<TrapSubscription, 'cancel'>;
}

/** Identity, configuration and table shapes are read again this often. */
const SLOW_MS = 60_000;
/** A poll that takes longer tells what decides before it is over; the first one, which finds out what the card has, is given more time. */
const GRACE_MS = 1500;
const FIRST_GRACE_MS = 5000;
/** What decides came later than that: so long, for the rest to come along. */
const LATE_GRACE_MS = 500;
/** An agent that began to run so much later than before has been started anew; less is jitter, or our clock. */
const RESTART_MS = 30_000;
/** So soon, if a part of it was missed for the first time. */
const AGAIN_MS = 5000;

/**
 * An RFC 1628 card as a UPS. Every reading is whole: what is read once a minute is repeated in each.
 * A failed poll is told at once as `waiting`; how long silence may last before it counts is the unit's business.
 */
export class SnmpDriver extends PollingDriver {
    private readonly card: CardReader;
    private readonly commands: SnmpCommands;
    private readonly learned: LearnedDevice;
    private slowDue = Infinity;
    /** A command may have changed what is read slowly: one reading more after that round. */
    private commanded = false;
    private traps?: Pick<TrapSubscription, 'cancel'>;
    /** Set once a poll has taken longer than it should. */
    private tellEarly?: () => void;

    constructor(private readonly options: SnmpDriverOptions) {
        super(options);
        this.card = new CardReader(
            options.transport,
            () => options.clock.now(),
            () => this.tellEarly?.(),
        );
        this.commands = new SnmpCommands(options.host, options.transport, this.card);
        this.learned = new LearnedDevice();
    }

    supports(command: UpsCommand): boolean {
        return this.commands.supports(command);
    }

    get host(): string {
        return this.options.host;
    }

    /** One more object of this device, in turn with the polls; undefined if it has none such. @throws UpsError device-silent, device-refused, access-denied */
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
        return settingsInfo(this.card.values);
    }

    execute(command: UpsCommand): Promise<CommandResult> {
        return this.loop.enqueue(async () => {
            const result = await this.commands.execute(command);
            this.slowDue = this.options.clock.monotonic();
            this.commanded = true;
            this.loop.pollNow();
            return result;
        });
    }

    shutdownCountdown(): Promise<number | undefined> {
        return this.loop.enqueue(() => this.commands.shutdownCountdown());
    }

    protected release(): void {
        this.traps?.cancel();
        this.traps = undefined;
        this.options.transport.close();
    }

    protected override prepare(): void {
        this.learned.begin(this.events?.memory);
        this.traps = this.options.traps?.(() => this.pollNow());
    }

    /** Delivers by itself: what decides on an outage must not wait for what is slow to answer, or does not answer at all. */
    protected async read(): Promise<undefined> {
        const { clock, host } = this.options;
        const wasKnown = this.card.known;
        let told = false;
        const tell = () => (told = this.report(wasKnown, true));
        let grace = clock.setTimeout(
            () => {
                if (this.card.decisiveAt !== undefined) tell();
                else this.tellEarly = () => (grace = clock.setTimeout(tell, LATE_GRACE_MS));
            },
            wasKnown ? GRACE_MS : FIRST_GRACE_MS,
        );
        try {
            if (wasKnown) await this.card.readFast(this.learned.decoder.alarmTable === true);
            else await this.discover();
            // Nothing more has come of the wait.
            if (told && wasKnown && !this.card.alarmsRead) return undefined;
            if (!this.report(wasKnown, !this.card.alarmsRead)) {
                // It may still be starting: what it lacks now is not to be taken for what it lacks.
                this.card.forgetAll();
                const reason = said('snmp.nothing');
                throw new UpsError('device-refused', { host, why: 'no-ups-mib', reason });
            }
            return undefined;
        } finally {
            clock.clearTimeout(grace);
            this.tellEarly = undefined;
        }
    }

    /** Tells what is read so far; false when it is nothing of a UPS. */
    private report(wasKnown: boolean, alarmsUnread: boolean): boolean {
        if (this.stopping) return true;
        // Another card under this address: nothing that was learned holds for it.
        const card = String(this.card.values.get(SYS_OBJECT_ID) ?? '');
        if (!this.learned.isOf(card)) this.learned.forget();
        const before = this.learned.decoder;
        const { status, memory } = decode(
            this.card.values,
            this.card.decisiveAt ?? this.options.clock.now(),
            { ...before, alarmTable: before.alarmTable || this.card.hasAlarmTable },
            { alarmsUnread },
        );
        if (!isUpsReading(status)) return false;
        this.learned.keep(card, memory, this.card.memory);
        // It has restarted, maybe with another firmware.
        if (wasKnown && (memory.since ?? 0) - (before.since ?? Infinity) > RESTART_MS) this.askAgain();
        this.recovered(wasKnown);
        this.deliver(status);
        return true;
    }

    private async discover(): Promise<void> {
        await this.card.discover(this.learned.agent);
        if (this.card.known) this.planSlowRound();
    }

    /**
     * One step of what is read once a minute. A failure ends the round, and says nothing of the card: whether it is silent is
     * for the next poll to tell, and a card that answers polls but not this must not be called silent for it.
     */
    protected override async background(): Promise<boolean> {
        const more = await this.card.refreshStep().catch(() => false);
        if (more) return true;
        this.planSlowRound();
        if (this.commanded) this.loop.pollNow();
        this.commanded = false;
        return true;
    }

    private planSlowRound(): void {
        this.slowDue = this.options.clock.monotonic() + (this.card.impatient ? AGAIN_MS : SLOW_MS);
    }

    private recovered(wasKnown: boolean): void {
        if (this.state.state === 'ready') return;
        this.options.silence?.over();
        // The card may have come back with another firmware, or be another card.
        if (this.state.state === 'waiting' && wasKnown) this.askAgain();
    }

    private askAgain(): void {
        this.card.forgetMissing();
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
