import type { Clock } from '../../core/clock';
import type { CommandResult, UpsCommand } from '../../core/driver';
import { asUpsError, UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import type { AlarmId } from '../../core/status/alarms';
import type { PartialStatus } from '../../core/status/status';
import { PollingDriver } from '../shared/polling-driver';
import type { NutClient } from './client';
import { NutCommands, type NutAbilities } from './commands';
import { decode } from './decode';
import { flagsOf, isWaiting } from './status-flags';
import { isUnknownUps, isUpsLost } from './refusals';
import { TestFlag, testMemory } from './test-flag';
import { plainNumber, type Variables } from './values';

export interface NutDriverOptions {
    clock: Clock;
    /** For errors and people. */
    host: string;
    intervalMs: number;
    client: NutClient;
    /** The flag LB is not believed; false by default. */
    ignoreLowBattery?: boolean;
}

/** So often the lists of settings and commands are read again: NUT's drivers learn them late, or are replaced. */
const SLOW_MS = 60_000;
/** The most names in one sentence. */
const MOST_NAMES = 10;

/**
 * A UPS behind upsd. If NUT's driver has lost its UPS, or does not run, the reading contains only `communications-lost`, and the unit treats
 * the UPS as silent. A refused login is an alarm: upsd can be read without a login, but it takes no commands.
 */
export class NutDriver extends PollingDriver {
    private readonly commands: NutCommands;
    private readonly abilities: { -readonly [K in keyof NutAbilities]: NutAbilities[K] } = {
        variables: new Map(),
        writable: new Set(),
        commands: new Set(),
    };
    private testFlag = new TestFlag();
    private slowDue = -Infinity;
    /** upsd refused a command because the user lacks the right; the next command that succeeds clears it. */
    private commandDenied = false;

    constructor(private readonly options: NutDriverOptions) {
        super(options);
        this.commands = new NutCommands(options.host, options.client, () => this.abilities);
    }

    supports(command: UpsCommand): boolean {
        return this.commands.supports(command);
    }

    async execute(command: UpsCommand): Promise<CommandResult> {
        try {
            const confirm = await this.loop.enqueue(() => this.commands.send(command));
            this.commandDenied = false;
            this.loop.pollNow();
            return await confirm();
        } catch (error) {
            const failure = asUpsError(error, 'protocol', {});
            if (failure.code === 'access-denied') this.commandDenied = true;
            this.loop.pollNow();
            throw failure;
        }
    }

    /** ups.timer.shutdown as of now; negative, or 2^31 - 1, where nothing counts. */
    async shutdownCountdown(): Promise<number | undefined> {
        const variables = await this.loop.enqueue(() => this.options.client.variables());
        const left = plainNumber(variables.get('ups.timer.shutdown'));
        if (left === undefined) return undefined;
        return left > 0 && left < 2 ** 31 - 1 ? left : 0;
    }

    protected release(): void {
        this.options.client.close();
    }

    protected override prepare(): void {
        this.testFlag = new TestFlag(testMemory(this.events?.memory?.get()));
    }

    protected async read(): Promise<PartialStatus | undefined> {
        const { client, clock } = this.options;
        try {
            const variables = await client.variables();
            if (isWaiting(flagsOf(variables))) {
                this.forget();
                this.enter({ state: 'connecting' });
                return undefined;
            }
            this.abilities.variables = variables;
            if (clock.monotonic() >= this.slowDue) await this.learn();
            const reading = decode(variables, this.abilities.writable, clock.now(), {
                ignoreLowBattery: this.options.ignoreLowBattery,
                oldTestResult: this.lookAtTest(variables),
            });
            return this.withDenials(reading.alarms || !this.denied.length ? reading : { ...reading, alarms: [] });
        } catch (error) {
            if (isUnknownUps(error)) throw await this.unknownName();
            if (!isUpsLost(error)) throw error;
            this.forget();
            return this.withDenials({ time: clock.now(), alarms: ['communications-lost'] });
        }
    }

    /** When upsd has its UPS again, its settings and commands may be others. */
    protected override forget(): void {
        this.slowDue = -Infinity;
    }

    /** Lists the names that upsd has: usually the right one is among them. */
    private async unknownName(): Promise<UpsError> {
        const { client, host } = this.options;
        const names = await client.names().catch(() => []);
        const told = names.length > MOST_NAMES ? [...names.slice(0, MOST_NAMES), '…'] : names;
        const reason = said('nut.noUps');
        const data = { host, why: 'ups-name', asked: client.upsName, names: told.join(', ') || '-', reason };
        return new UpsError('device-refused', data);
    }

    /** Keeps what it learns: after a restart in the middle of a test, the test must not be taken for an outage. */
    private lookAtTest(variables: Variables): string | undefined {
        const before = JSON.stringify(this.testFlag.memory);
        const old = this.testFlag.look(variables);
        if (JSON.stringify(this.testFlag.memory) !== before) this.events?.memory?.keep({ test: this.testFlag.memory });
        return old;
    }

    private async learn(): Promise<void> {
        const { client, clock } = this.options;
        this.abilities.writable = await client.writable();
        this.abilities.commands = await client.commands();
        this.slowDue = clock.monotonic() + SLOW_MS;
    }

    private get denied(): AlarmId[] {
        const alarms: AlarmId[] = [];
        if (this.options.client.loginDenied) alarms.push('vendor:upsd denies the login');
        if (this.commandDenied) alarms.push('vendor:upsd denies commands');
        return alarms;
    }

    private withDenials(reading: PartialStatus): PartialStatus {
        const alarms = reading.alarms && [...reading.alarms, ...this.denied].sort();
        return alarms ? { ...reading, alarms } : reading;
    }
}
