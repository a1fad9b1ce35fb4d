import type { Clock, TimerHandle } from '../../core/clock';
import type { CommandResult, DriverState } from '../../core/driver';
import { asUpsError, reasonFor, UpsError, type UpsErrorCode } from '../../core/errors';
import { said } from '../../core/language/sentence';
import type { PathFailure } from '../../core/unit/device-path';
import { PolledDevice } from '../shared/polled-device';
import type { AuxBackend } from './backend';
import { assertPorts, type AuxPort } from './ports';

export interface AuxModuleOptions {
    name: string;
    clock: Clock;
    intervalMs: number;
    ports: readonly AuxPort[];
    backend: AuxBackend;
    /** Outputs that are still to be switched on after power-up. */
    powerUp: PowerUp;
    /** Receives errors of a power-up. */
    problem(error: unknown): void;
}

/** One power-up of the machine; it outlives the module, since a deploy replaces modules. */
export interface PowerUp {
    /** Monotonic ms. */
    readonly since: number;
    /** Names of the outputs. */
    readonly pending: Set<string>;
}

/** For a module that starts for the first time. */
export function powerUpOf(ports: readonly AuxPort[], clock: Clock): PowerUp {
    const pending = ports.filter(({ output, powerUp }) => output && powerUp).map(({ name }) => name);
    return { since: clock.monotonic(), pending: new Set(pending) };
}

export interface AuxPortView extends AuxPort {
    /** Logical state: true for an energised NO relay or an open NC contact; undefined: unknown. */
    on?: boolean;
    /** The state that this process has ordered last. */
    asked?: boolean;
}

/** Clock ms between two attempts to switch an output on after power-up. */
const RETRY_MS = 5000;
/** Time limit for switching orders that were accepted before a stop. */
const LAST_SWITCH_MS = 2000;

/**
 * A relay module with outputs and inputs, on any backend. The state is what the module reports back (CS141 manual, "CON_AUX4 and
 * CON_R_AUX4").
 */
export class AuxModule extends PolledDevice<readonly (boolean | undefined)[]> {
    readonly name: string;
    private states: readonly (boolean | undefined)[];
    private readonly listeners = new Set<() => void>();
    private readonly timers = new Map<number, TimerHandle>();
    private readonly orders = new Map<number, boolean>();
    private readonly switching = new Set<Promise<unknown>>();
    /** New orders are refused. */
    private closing = false;
    /** Epoch ms */
    private downSince: number | undefined;

    /** @throws UpsError config-missing, config-invalid */
    constructor(private readonly options: AuxModuleOptions) {
        super(options);
        assertPorts(options.ports);
        this.name = options.name;
        this.states = options.ports.map(() => undefined);
    }

    /** Idempotent. */
    start(): void {
        if (!this.closing) this.beginPolling();
    }

    /** Finishes accepted switching orders first: a deploy must not leave a relay on. Bounded in time. */
    override async stop(): Promise<void> {
        this.closing = true;
        for (const timer of this.timers.values()) this.clock.clearTimeout(timer);
        this.timers.clear();
        await this.lastSwitches();
        await super.stop();
        this.listeners.clear();
    }

    /** Clock ms between readings. */
    get intervalMs(): number {
        return this.options.intervalMs;
    }

    /** Why the module does not answer; undefined while it does, or before the first request. */
    get failure(): PathFailure | undefined {
        if (this.state.state !== 'waiting') return undefined;
        const { code, data = {} } = this.state;
        return { code, data, since: this.downSince };
    }

    /** The state of the last reading. */
    get ports(): AuxPortView[] {
        return this.options.ports.map((port, index) => {
            const asked = this.orders.get(index);
            return { ...port, on: this.states[index], ...(asked === undefined ? {} : { asked }) };
        });
    }

    /** The listener is called after each reading, and when the module stops or starts to answer. */
    onReading(listener: () => void): () => void {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
    }

    /** Reads once as soon as the line is free. @throws UpsError the reason if reading fails; interrupted */
    readNow(signal: AbortSignal): Promise<void> {
        return new Promise((resolve, reject) => {
            const finish = (error?: UpsError) => {
                forget();
                signal.removeEventListener('abort', aborted);
                if (error) reject(error);
                else resolve();
            };
            const aborted = () => finish(new UpsError('interrupted'));
            const forget = this.onReading(() => {
                const { failure } = this;
                finish(failure && new UpsError(failure.code as UpsErrorCode, failure.data));
            });
            signal.addEventListener('abort', aborted);
            if (signal.aborted) return aborted();
            this.loop.pollNow();
        });
    }

    /** @throws UpsError config-invalid */
    assertOutput(name: string): void {
        this.outputIndex(name);
    }

    /**
     * Switches an output and reads it back. Cancels a pending power-up of this output.
     * @throws UpsError config-invalid, device-silent, device-refused, not-supported
     */
    async switch(name: string, on: boolean): Promise<CommandResult> {
        const index = this.outputIndex(name);
        this.options.clock.clearTimeout(this.timers.get(index));
        this.timers.delete(index);
        this.options.powerUp.pending.delete(name);
        return this.set(index, on);
    }

    private set(index: number, on: boolean): Promise<CommandResult> {
        if (this.closing) return Promise.reject(new UpsError('interrupted'));
        // An order also starts the polling.
        this.start();
        this.orders.set(index, on);
        const switched = this.carryOut(index, on);
        this.switching.add(switched);
        const over = () => this.switching.delete(switched);
        switched.then(over, over);
        return switched;
    }

    private async lastSwitches(): Promise<void> {
        if (this.switching.size === 0) return;
        const { clock } = this.options;
        let timer: TimerHandle;
        const patience = new Promise<void>((resolve) => {
            timer = clock.setTimeout(resolve, LAST_SWITCH_MS);
        });
        await Promise.race([Promise.allSettled([...this.switching]), patience]);
        clock.clearTimeout(timer);
    }

    private carryOut(index: number, on: boolean): Promise<CommandResult> {
        const { ports, backend } = this.options;
        return this.loop.enqueue(async () => {
            await backend.write(index, on !== (ports[index]!.nc === true));
            if (!backend.readsBack) {
                this.states = this.states.with(index, on);
                this.tell();
                return { confirmed: false };
            }
            // The module has accepted the order: a failed read makes it unconfirmed, not failed.
            const failure = await this.read().then(
                (states) => void (this.states = states),
                (error: unknown) => reasonFor(asUpsError(error, 'device-silent')),
            );
            if (failure !== undefined) return { confirmed: false, detail: failure };
            const now = this.states[index];
            return now === on
                ? { confirmed: true }
                : {
                      confirmed: false,
                      detail: now === undefined ? said('aux.notReadBack') : said(now ? 'aux.stillOn' : 'aux.stillOff'),
                  };
        });
    }

    private outputIndex(name: string): number {
        const { ports } = this.options;
        const index = ports.findIndex((port) => port.name === name);
        if (index >= 0 && ports[index]!.output) return index;
        const outputs = ports.filter(({ output }) => output).map((port) => port.name);
        throw new UpsError('config-invalid', { property: 'port', value: name, expected: outputs.join(', ') });
    }

    private later(index: number, ms: number): void {
        const timer = this.options.clock.setTimeout(() => {
            this.timers.delete(index);
            const { ports, powerUp } = this.options;
            const done = () => powerUp.pending.delete(ports[index]!.name);
            this.set(index, true).then(done, (error: unknown) => {
                if ((error as UpsError).code === 'interrupted') return;
                this.options.problem(error);
                // A module that starts together with this machine may take longer.
                this.later(index, RETRY_MS);
            });
        }, ms);
        this.timers.set(index, timer);
    }

    protected override prepare(): void {
        const { ports, powerUp, backend } = this.options;
        backend.onChange?.(() => this.pollNow());
        const passed = this.clock.monotonic() - powerUp.since;
        ports.forEach(({ name, output, powerUpDelay = 0 }, index) => {
            if (output && powerUp.pending.has(name)) this.later(index, Math.max(0, powerUpDelay * 1000 - passed));
        });
    }

    protected async read(): Promise<readonly (boolean | undefined)[]> {
        const closed = await this.options.backend.read();
        return this.options.ports.map(({ nc }, index) => {
            const state = closed[index];
            return state === undefined ? undefined : state !== (nc === true);
        });
    }

    protected publish(states: readonly (boolean | undefined)[]): void {
        this.states = states;
        this.tell();
    }

    protected release(): Promise<void> {
        return this.options.backend.close();
    }

    protected override failureOf(error: unknown): UpsError {
        return asUpsError(error, 'device-silent', { host: this.name });
    }

    protected entered({ state }: DriverState): void {
        if (state !== 'waiting') {
            this.downSince = undefined;
            return;
        }
        this.downSince ??= this.clock.now();
        this.states = this.states.map(() => undefined);
        this.tell();
    }

    private tell(): void {
        for (const listener of [...this.listeners]) listener();
    }
}
