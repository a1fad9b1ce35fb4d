import type { Clock } from '../../core/clock';
import type { CommandResult, DriverEvents, DriverState, SettingInfo, UpsCommand, UpsDriver } from '../../core/driver';
import { UpsError } from '../../core/errors';
import { CardReader } from './card-reader';
import { SnmpCommands } from './commands';
import { decode, isUpsReading, type DecoderMemory } from './decode';
import { PollLoop } from '../shared/poll-loop';
import { toUpsError } from './refusals';
import { settingsInfo } from './settings';
import { SnmpError, type SnmpTransport, type SnmpValue } from './transport';
import type { TrapSubscription } from './traps';

export interface SnmpDriverOptions {
    clock: Clock;
    /** For errors and people. */
    host: string;
    intervalMs: number;
    transport: SnmpTransport;
    /** Subscribes to traps of this device; `hint` asks for a poll. Called at the start, undone at the stop. */
    traps?: (hint: () => void) => TrapSubscription;
}

/** Identity, configuration and table shapes are read again this often. */
const SLOW_MS = 60_000;
/** So soon, if a part of it was missed for the first time. */
const AGAIN_MS = 5000;

/**
 * An RFC 1628 card as a UPS. Every reading is whole: what is read once a minute is repeated in each.
 * A failed poll is told at once as `waiting`; how long silence may last before it counts is the unit's business.
 */
export class SnmpDriver implements UpsDriver {
    private readonly loop: PollLoop;
    private readonly card: CardReader;
    private readonly commands: SnmpCommands;
    private events?: DriverEvents;
    private state: DriverState = { state: 'idle' };
    private memory: DecoderMemory = {};
    private slowDue = Infinity;
    /** A command may have changed what is read slowly: one reading more after that round. */
    private commanded = false;
    private traps?: TrapSubscription;

    constructor(private readonly options: SnmpDriverOptions) {
        this.card = new CardReader(options.transport);
        this.commands = new SnmpCommands(
            options.host,
            options.transport,
            this.card,
            () => this.memory.voltageTenths === true,
        );
        this.loop = new PollLoop(options.clock, options.intervalMs, {
            poll: () => this.poll(),
            background: () => this.refresh(),
            backgroundDue: () => this.slowDue,
        });
    }

    start(events: DriverEvents): void {
        if (this.events || this.state.state === 'closed') return;
        this.events = events;
        this.enter({ state: 'connecting' });
        this.traps = this.options.traps?.(() => this.pollNow());
        this.loop.start();
    }

    pollNow(): void {
        this.loop.pollNow();
    }

    setUrgent(urgent: boolean): void {
        this.loop.setUrgent(urgent);
    }

    supports(command: UpsCommand): boolean {
        return this.commands.supports(command);
    }

    get host(): string {
        return this.options.host;
    }

    /** One more object of this device, in turn with the polls; undefined if it has none such. @throws UpsError device-silent, device-refused, access-denied */
    read(oid: string): Promise<SnmpValue> {
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
    write(oid: string, value: number): Promise<void> {
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

    async stop(): Promise<void> {
        this.traps?.cancel();
        this.traps = undefined;
        this.options.transport.close();
        await this.loop.stop();
        this.enter({ state: 'closed' });
    }

    private async poll(): Promise<void> {
        const wasKnown = this.card.known;
        try {
            if (wasKnown) await this.card.readFast(this.memory.alarmTable === true);
            else await this.discover();
            const decoded = decode(this.card.values, this.options.clock.now(), {
                ...this.memory,
                alarmTable: this.memory.alarmTable || this.card.hasAlarmTable,
            });
            if (!isUpsReading(decoded.status)) {
                // It may still be starting: what it lacks now is not to be taken for what it lacks.
                this.card.forgetAll();
                throw new UpsError('device-refused', {
                    host: this.options.host,
                    reason: 'nothing of RFC 1628 is readable',
                });
            }
            this.memory = decoded.memory;
            this.recovered(wasKnown);
            this.events?.status(decoded.status);
        } catch (error) {
            this.failed(toUpsError(error, this.options.host));
        }
    }

    private async discover(): Promise<void> {
        this.memory = {};
        await this.card.discover();
        this.planSlowRound();
    }

    /**
     * One step of what is read once a minute. A failure ends the round, and says nothing of the card: whether it is silent is
     * for the next poll to tell, and a card that answers polls but not this must not be called silent for it.
     */
    private async refresh(): Promise<boolean> {
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
        // The card may have come back with another firmware, or be another card.
        if (this.state.state === 'waiting' && wasKnown) {
            this.card.forgetMissing();
            this.slowDue = this.options.clock.monotonic();
        }
        this.enter({ state: 'ready', since: this.options.clock.now() });
    }

    private failed(error: UpsError): void {
        if (error.code === 'interrupted') return;
        this.slowDue = Infinity;
        this.enter({ state: 'waiting', code: error.code, reason: String(error.data.reason ?? error.message) });
    }

    private enter(state: DriverState): void {
        if (this.state.state === 'closed') return;
        const same =
            state.state === this.state.state &&
            (state.state !== 'waiting' || (this.state.state === 'waiting' && this.state.code === state.code));
        this.state = state;
        if (!same) this.events?.state(state);
    }
}
