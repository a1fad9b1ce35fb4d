import { EventEmitter } from 'node:events';
import type { Clock, TimerHandle } from '../../lib/core/clock';
import { UpsError } from '../../lib/core/errors';
import { encodeFrame, shortFrame, type DeltaFrame } from '../../lib/protocols/delta/frame';
import { POLLS, type PollName } from '../../lib/protocols/delta/polls';
import { BAUD_RATES, SETS, decodeSet, type SetName } from '../../lib/protocols/delta/sets';
import type { SimulatedUps } from '../../lib/simulation/simulated-ups';
import { answerOf, outputVoltages, transferBounds, type AnswerSource } from './answers';
import { newMemory, type DeltaMemory } from './memory';

export interface DeltaUpsOptions {
    ups: SimulatedUps;
    clock: Clock;
    /** 0..99; default 0. */
    id?: number;
    /** Set commands that AVL offers and the UPS accepts; default all. */
    offered?: readonly SetName[];
    /** Polling commands that the UPS lacks and rejects; default none. */
    unknown?: readonly PollName[];
    /** Default `any`. */
    returnOrder?: ReturnInterpretation;
}

/**
 * How the UPS interprets SDR, which the UPS serial protocol 1.44 leaves open: `before`: it applies to the next SDA, and not to a
 * running countdown; `after`: it applies to a running countdown only; `any`: both.
 */
export const RETURN_INTERPRETATIONS = ['any', 'before', 'after'] as const;
export type ReturnInterpretation = (typeof RETURN_INTERPRETATIONS)[number];

/** Faults of the UPS; they can be changed at any time. */
export interface DeltaFaults {
    silent: boolean;
    /** Number of bytes of each answer to send; the rest is missing. */
    stallAfter?: number;
    /** Sends bytes that belong to no frame before each answer. */
    garbage: boolean;
    /** Number added to the stated length of answers. */
    lengthError: number;
    /** Carries out set commands without an acknowledgement. */
    noAcknowledge: boolean;
    /** Set commands that are rejected although AVL offers them. */
    reject: SetName[];
}

/**
 * A simulated UPS with the serial protocol 1.44: receives frames and returns the bytes of the answer. Its named loads are its
 * outlets.
 */
export class DeltaUps extends EventEmitter<{ set: [{ command: string }] }> {
    readonly faults: DeltaFaults = {
        silent: false,
        garbage: false,
        lengthError: 0,
        noAcknowledge: false,
        reject: [],
    };
    readonly memory: DeltaMemory;
    /** Can be changed at any time. */
    returnOrder: ReturnInterpretation;
    readonly ups: SimulatedUps;
    id: number;
    /** Number of answered commands. */
    requests = 0;
    private readonly offered: readonly SetName[];
    private readonly timers = new Map<string, TimerHandle>();

    constructor(private readonly options: DeltaUpsOptions) {
        super();
        this.ups = options.ups;
        this.id = options.id ?? 0;
        this.offered = options.offered ?? (Object.keys(SETS) as SetName[]);
        const { nominalVoltage, nominalFrequency, batteryVoltage } = this.ups.nameplate;
        this.memory = newMemory(nominalVoltage, nominalFrequency, batteryVoltage);
        this.returnOrder = options.returnOrder ?? 'any';
        // UPS serial protocol 1.44, ARB: the mode at the time of the SDA decides.
        this.ups.adopt({ returnDecidedAtOrder: true });
    }

    /** The answer to a frame for this UPS; undefined for other frames. */
    receive(frame: DeltaFrame): Buffer | undefined {
        if (frame.id !== this.id || this.faults.silent || this.ups.silent) return undefined;
        const bytes =
            frame.type === 'P' ? this.polled(frame.data) : frame.type === 'S' ? this.set(frame.data) : undefined;
        if (!bytes) return undefined;
        this.requests++;
        const { stallAfter, garbage } = this.faults;
        const whole = garbage ? Buffer.concat([Buffer.from([0xff, 0x00, 0x7e, 0x31, 0x0d]), bytes]) : bytes;
        return stallAfter === undefined ? whole : whole.subarray(0, stallAfter);
    }

    /** Stops its timers; the simulated UPS keeps running. Idempotent. */
    destroy(): void {
        for (const timer of this.timers.values()) this.options.clock.clearTimeout(timer);
        this.timers.clear();
    }

    private get source(): AnswerSource {
        return { ups: this.ups, memory: this.memory, id: this.id, offered: this.offered };
    }

    private polled(data: string): Buffer {
        const name = data.slice(0, 3) as PollName;
        const known = name in POLLS && !this.options.unknown?.includes(name);
        const answer = known ? answerOf(name, Number(data.slice(3).replace(';', '')), this.source) : undefined;
        if (answer === undefined) return encodeFrame(this.id, 'R', '');
        const bytes = encodeFrame(this.id, 'D', answer);
        const { lengthError } = this.faults;
        if (lengthError) bytes.write(String(answer.length + lengthError).padStart(3, '0'), 4, 'latin1');
        return bytes;
    }

    private set(data: string): Buffer | undefined {
        const { id } = this;
        // NUT's driver belkin silences the buzzer with BUZ 0, as in versions before 1.41.
        const command = decodeSet(data === 'BUZ0' ? 'BUZ2' : data);
        const refused = !command || !this.offered.includes(command.name) || this.faults.reject.includes(command.name);
        if (refused || !this.carriedOut(command)) return shortFrame(id, 'R');
        this.emit('set', { command: data });
        // Acknowledged with the id of the request, even if the command changes the id.
        return this.faults.noAcknowledge ? undefined : shortFrame(id, 'A');
    }

    private carriedOut({ name, values }: { name: SetName; values: (number | string)[] }): boolean {
        try {
            return this.execute(name, values as number[], values as string[]);
        } catch (error) {
            // Rejects a command that the UPS cannot carry out now, like a real one.
            if (error instanceof UpsError) return false;
            throw error;
        }
    }

    private execute(name: SetName, numbers: number[], texts: string[]): boolean {
        const { ups, memory } = this;
        const [first = 0, second = 0, third = 0] = numbers;
        switch (name) {
            case 'BUZ':
                memory.buzzerOn = first === 1;
                if (ups.reading().settings?.upsConfigAudibleStatus !== 'disabled') {
                    ups.execute({ type: 'buzzer', state: first === 1 ? 'on' : 'mute' });
                }
                return true;
            case 'EDB':
                ups.execute({ type: 'buzzer', state: first === 1 ? 'on' : 'off' });
                return true;
            case 'SDA':
                return this.shutDown(first);
            case 'SDR':
                return this.restartAfter(first);
            case 'SDT':
                memory.shutdownType = first;
                return true;
            case 'TST':
                return this.test(first);
            case 'UBR':
                if (!(BAUD_RATES as readonly number[]).includes(first)) return false;
                memory.baudRate = first;
                return true;
            case 'UID':
                this.id = first;
                return true;
            case 'TXV': {
                const { low, high } = transferBounds(ups.nameplate);
                if (!isWithin(first, low) || !isWithin(second, high)) return false;
                ups.execute({ type: 'set', setting: 'upsConfigLowVoltageTransferPoint', value: first });
                ups.execute({ type: 'set', setting: 'upsConfigHighVoltageTransferPoint', value: second });
                return true;
            }
            case 'VSN':
                memory.sensitivity = first;
                return true;
            case 'RON':
            case 'ROF':
                return this.switchLater(first, second * 1000, name === 'RON' ? 'on' : 'off');
            case 'RNF':
                return (
                    this.switchLater(first, second * 1000, 'off') &&
                    this.switchLater(first, second * 1000 + third * 60_000, 'on')
                );
            case 'TEL':
                memory.phone = texts[0] ?? '';
                return true;
            case 'BRD':
                memory.batteryDates = [texts[0] ?? '', texts[1] ?? ''];
                return true;
            case 'ECO':
                memory.economic = first;
                return true;
            case 'ATT':
                memory.autoTest = first;
                return true;
            case 'BTT':
                memory.buzzerTestSeconds = first;
                return true;
            case 'ATX':
                memory.atxReboot = first;
                return true;
            case 'ARB':
                ups.execute({ type: 'auto-restart', on: first === 1 });
                return true;
            case 'RSM':
                memory.resume = first;
                return true;
            case 'UBD':
                memory.bootDelay = first;
                ups.adopt({ bootDelaySeconds: first });
                return true;
            case 'TXF': {
                const { lowFrequency, highFrequency } = transferBounds(ups.nameplate);
                if (!isWithin(first, lowFrequency) || !isWithin(second, highFrequency)) return false;
                memory.transferFrequencies = [first, second];
                return true;
            }
            case 'SOV':
                if (!outputVoltages(this.source).includes(first)) return false;
                memory.outputVoltage = first;
                ups.adopt({ outputVoltage: first });
                return true;
            case 'BTV':
                memory.batteryTest = [first, second];
                return true;
        }
    }

    private shutDown(seconds: number): boolean {
        const { ups, memory } = this;
        if (seconds === 0) {
            memory.restartMinutes = undefined;
            ups.execute({ type: 'abort-shutdown' });
            return true;
        }
        const { restartMinutes } = memory;
        memory.restartMinutes = undefined;
        ups.execute({
            type: 'shutdown',
            seconds,
            scope: memory.shutdownType === 1 ? 'output' : 'system',
            ...(restartMinutes === undefined ? {} : { restoreSeconds: restartMinutes * 60 }),
        });
        return true;
    }

    /** SDR is acknowledged even if it has no effect: a sender that uses the wrong order gets no error. */
    private restartAfter(minutes: number): boolean {
        const left = Number(this.ups.reading().settings?.upsShutdownAfterDelay ?? -1);
        const counting = left > 0;
        if (counting ? this.returnOrder === 'before' : this.returnOrder === 'after') return true;
        this.memory.restartMinutes = minutes;
        return counting ? this.shutDown(left) : true;
    }

    private test(type: number): boolean {
        const [minutes, testFailsBelow] = this.memory.batteryTest;
        const tests = ['abort', 'self', 'custom', 'quick', 'full'] as const;
        const test = tests[type]!;
        this.ups.adopt({ testFailsBelow });
        this.ups.execute({ type: 'test', test, ...(test === 'custom' ? { minutes } : {}) });
        return true;
    }

    private switchLater(outlet: number, ms: number, action: 'on' | 'off'): boolean {
        const { clock } = this.options;
        const load = this.ups.reading().outlets?.[outlet - 1];
        if (!load) return false;
        const key = `${action} ${outlet}`;
        clock.clearTimeout(this.timers.get(key));
        this.timers.delete(key);
        if (ms === 0) return true;
        const timer = clock.setTimeout(() => {
            this.timers.delete(key);
            this.ups.execute({ type: 'outlet', outlet: load.id, action });
        }, ms);
        this.timers.set(key, timer);
        return true;
    }
}

const isWithin = (value: number, [min, max]: readonly [number, number]) => value >= min && value <= max;
