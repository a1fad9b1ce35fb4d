import type { ServedUps } from '../../core/served/served-ups';
import { COMMUNICATION_LOST, activeAlarms, type ServedAlarm } from './alarms';
import { ObjectType, Property, Reliability, type ObjectId } from './codes';
import type { CommandObject } from './commands';
import { pointTable, type Point, type PointState, type PropertyTable } from './object';
import type { Quantity } from './quantities';
import type { StateOf } from './states';
import { enumerated, real, text, unsigned, type Encode } from './tag-writer';

/** The UPS that points tell of, and how. */
export interface PointSource {
    /** Undefined: there is no such UPS. */
    served(): ServedUps | undefined;
    /** What a measure reads that nobody knows. */
    readonly unknown: number;
    readonly shutdownSeconds: number;
    name(): string;
}

/**
 * Whether a value may be trusted. Silence, on mains or in an outage, is communication-failure, but for what is counted on in an outage; what the UPS
 * does not tell has no sensor.
 */
function reliabilityOf(ups: ServedUps | undefined, isCounted: boolean | undefined, isKnown: boolean): number {
    const isSilent = ups?.knowledge !== 'live' && !(ups?.knowledge === 'presumed' && isCounted);
    if (isSilent) return Reliability.communicationFailure;
    return isKnown ? Reliability.noFault : Reliability.noSensor;
}

abstract class UpsPoint implements Point {
    readonly id: ObjectId;
    abstract readonly table: Point['table'];
    abstract readonly increment: number;

    protected constructor(
        readonly source: PointSource,
        type: number,
        instance: number,
        private readonly what: string,
    ) {
        this.id = { type, instance };
    }

    /** Unique in the device: every UPS has another name before it. */
    get name(): string {
        return `${this.source.name()}.${this.what}`;
    }

    get description(): string {
        return this.what;
    }

    abstract state(): PointState;
    abstract encode(value: number): Encode;
}

/** An Analog Input (clause 12.2). */
export class MeasurePoint extends UpsPoint {
    static readonly TABLE: PropertyTable<MeasurePoint> = pointTable<MeasurePoint>([
        [Property.units, { required: true, read: ({ quantity }) => enumerated(quantity.units) }],
        [Property.covIncrement, { required: false, read: ({ increment }) => real(increment) }],
    ]);
    readonly table: Point['table'] = MeasurePoint.TABLE;

    constructor(
        source: PointSource,
        base: number,
        readonly quantity: Quantity,
    ) {
        super(source, ObjectType.analogInput, base + quantity.offset, quantity.name);
    }

    get increment(): number {
        return this.quantity.increment;
    }

    state(): PointState {
        const ups = this.source.served();
        const value = ups && this.quantity.value(ups);
        // The age of what is told is known in silence, too.
        const isCertain = ups !== undefined && this.quantity.offset === AGE && value !== undefined;
        const reliability = isCertain
            ? Reliability.noFault
            : reliabilityOf(ups, this.quantity.counted, value !== undefined);
        return { value: Math.fround(value ?? this.source.unknown), reliability };
    }

    encode(value: number): Encode {
        return real(value);
    }
}

/** Offset of the age of values. */
const AGE = 31;

/** A Binary Input (clause 12.6). */
export class AlarmPoint extends UpsPoint {
    static readonly TABLE: PropertyTable<AlarmPoint> = pointTable<AlarmPoint>([
        [Property.polarity, { required: true, read: () => enumerated(0) }],
        [Property.inactiveText, { required: false, read: () => text('Normal') }],
        [Property.activeText, { required: false, read: () => text('Alarm') }],
    ]);
    readonly table: Point['table'] = AlarmPoint.TABLE;
    readonly increment = 0;

    constructor(
        source: PointSource,
        base: number,
        private readonly alarm: ServedAlarm,
    ) {
        super(source, ObjectType.binaryInput, base + alarm.offset, alarm.name);
    }

    state(): PointState {
        const ups = this.source.served();
        const isActive = ups !== undefined && this.alarm.isActive(activeAlarms(ups));
        // That it is silent is certain while it is silent.
        const isCertain = isActive || (this.alarm.offset === COMMUNICATION_LOST && ups?.knowledge === 'presumed');
        const reliability = isCertain ? Reliability.noFault : reliabilityOf(ups, this.alarm.counted, true);
        return { value: Number(isActive), reliability };
    }

    encode(value: number): Encode {
        return enumerated(value);
    }
}

/** A Multi-state Value (clause 12.20). */
export class StatePoint extends UpsPoint {
    static readonly TABLE: PropertyTable<StatePoint> = pointTable<StatePoint>(multiState());
    readonly table: Point['table'] = StatePoint.TABLE;
    readonly increment = 0;
    readonly states: readonly string[];

    constructor(
        source: PointSource,
        base: number,
        private readonly of: StateOf,
    ) {
        super(source, ObjectType.multiStateValue, base + of.offset, of.name);
        this.states = of.states;
    }

    state(): PointState {
        const ups = this.source.served();
        const value = ups && this.of.value(ups);
        return {
            value: value ?? this.of.unknown,
            reliability: reliabilityOf(ups, this.of.counted, value !== undefined),
        };
    }

    encode(value: number): Encode {
        return unsigned(value);
    }
}

/** A Multi-state Value that commands its UPS when it is written. */
export class CommandPoint extends UpsPoint {
    static readonly TABLE: PropertyTable<CommandPoint> = pointTable<CommandPoint>(multiState());
    readonly table: Point['table'] = CommandPoint.TABLE;
    readonly increment = 0;
    readonly states: readonly string[];

    constructor(
        source: PointSource,
        base: number,
        readonly command: CommandObject,
    ) {
        super(source, ObjectType.multiStateValue, base + command.offset, command.name);
        this.states = command.states;
    }

    override get description(): string {
        return this.command.description(this.source.shutdownSeconds);
    }

    state(): PointState {
        const ups = this.source.served();
        const value = ups && this.command.value(ups);
        return { value: value ?? 1, reliability: reliabilityOf(ups, false, value !== undefined) };
    }

    encode(value: number): Encode {
        return unsigned(value);
    }
}

type MultiState = Point & { readonly states: readonly string[] };

function multiState<T extends MultiState>(): Parameters<typeof pointTable<T>>[0] {
    return [
        [Property.numberOfStates, { required: true, read: ({ states }) => unsigned(states.length) }],
        [Property.stateText, { required: false, array: ({ states }) => states.map((state) => text(state)) }],
    ];
}
