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
    /** Set commands that AVL offers and that are accepted; default all. */
    offered?: readonly SetName[];
    /** Polling commands that it does not know, and rejects; default none. */
    unknown?: readonly PollName[];
    /** Default `any`. */
    returnOrder?: ReturnReading;
}

/**
 * How an SDR is understood, which the UPS serial protocol 1.44 leaves open: `before` = it presets the next SDA, and a running countdown
 * does not take it; `after` = only a running countdown takes it; `any` = both.
 */
export const RETURN_READINGS = ['any', 'before', 'after'] as const;
export type ReturnReading = (typeof RETURN_READINGS)[number];

/** Ways in which it misbehaves; change them at any time. */
export interface DeltaFaults {
    silent: boolean;
    /** Sends only so many bytes of each answer, and then nothing. */
    stallAfter?: number;
    /** Data with bytes that belong to no frame before each answer. */
    garbage: boolean;
    /** States so many bytes more (or less) than it sends. */
    lengthError: number;
    /** Set commands are carried out and not acknowledged. */
    noAcknowledge: boolean;
    /** Set commands that are rejected although AVL offers them. */
    reject: SetName[];
}

/**
 * A simulated UPS that speaks the serial protocol 1.44: takes frames, gives the bytes of the answer. Its named loads are its outlets.
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
    /** Change it at any time. */
    returnOrder: ReturnReading;
    readonly ups: SimulatedUps;
    id: number;
    /** Commands answered so far. */
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
        // UPS serial protocol 1.44, ARB: what counts is the mode in which SDA was received.
        this.ups.adopt({ returnDecidedAtOrder: true });
    }

    /** The answer to a frame that is for it, or undefined. */
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

    /** Stops its timers; the UPS behind it lives on. Idempotent. */
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
        // NUT's belkin driver silences with 0, as versions before 1.41 did.
        const command = decodeSet(data === 'BUZ0' ? 'BUZ2' : data);
        const refused = !command || !this.offered.includes(command.name) || this.faults.reject.includes(command.name);
        if (refused || !this.carriedOut(command)) return shortFrame(id, 'R');
        this.emit('set', { command: data });
        // Acknowledged under the id that it was asked by.
        return this.faults.noAcknowledge ? undefined : shortFrame(id, 'A');
    }

    private carriedOut({ name, values }: { name: SetName; values: (number | string)[] }): boolean {
        try {
            return this.obey(name, values as number[], values as string[]);
        } catch (error) {
            // What the UPS cannot do now it rejects, as a real one does.
            if (error instanceof UpsError) return false;
            throw error;
        }
    }

    private obey(name: SetName, numbers: number[], texts: string[]): boolean {
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
                return this.comeBackAfter(first);
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

    /** It is acknowledged in any case: who sends it the other way round is not told. */
    private comeBackAfter(minutes: number): boolean {
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
