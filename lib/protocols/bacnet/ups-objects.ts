import type { ServedUps } from '../../core/served/served-ups';
import { ALARMS } from './alarms';
import { COMMANDS } from './commands';
import type { Point } from './object';
import { AlarmPoint, CommandPoint, MeasurePoint, StatePoint, type PointSource } from './points';
import { QUANTITIES } from './quantities';
import type { BacnetServing, ServedTarget } from './serving';
import { STATES } from './states';

/** Instances of each UPS: number × 1000 and up. */
export const INSTANCES = 1000;

/** What is kept of a UPS, so that its objects are there before its first reading. */
export interface KnownObjects {
    /** Id of the UPS that has told them. */
    unit: string;
    /** What it was called. */
    name: string;
    /** Offsets. */
    measures: number[];
    commands: number[];
}

/** The objects of one UPS. What it has ever told stays: managers keep a list of objects. */
export class UpsObjects implements PointSource {
    private made: Point[] | undefined;
    /** What its UPS is called, unlike any other of the device. */
    label = '';
    private seen: ServedUps | undefined;
    private wrote = false;

    constructor(
        readonly number: number,
        private serving: BacnetServing,
        private known: KnownObjects = { unit: '', name: '', measures: [], commands: [] },
    ) {
        this.label = known.name;
    }

    /** From now on it is served by this. */
    serve(serving: BacnetServing): void {
        this.serving = serving;
        this.seen = undefined;
    }

    get target(): ServedTarget | undefined {
        return this.serving.target(this.number);
    }

    served(): ServedUps | undefined {
        return this.target?.served();
    }

    get unknown(): number {
        return this.serving.unknownAs === '-1' ? -1 : NaN;
    }

    get shutdownSeconds(): number {
        return this.serving.shutdownSeconds;
    }

    name(): string {
        return this.label || `UPS ${this.number}`;
    }

    get kept(): KnownObjects {
        return { ...this.known, name: this.label };
    }

    /** In the order of their numbers. */
    get points(): readonly Point[] {
        return (this.made ??= this.make());
    }

    /** Takes notice of what the UPS tells by now. @returns whether there are other objects than before */
    learn(): boolean {
        const { target } = this;
        const served = target?.served();
        const { writes } = this.serving;
        if (!target || !served || (served === this.seen && writes === this.wrote)) return false;
        this.seen = served;
        const isOther = this.known.unit !== served.id;
        const before = isOther ? { ...this.known, measures: [], commands: [] } : this.known;
        const measures = QUANTITIES.filter(
            ({ offset, value }) => before.measures.includes(offset) || value(served) !== undefined,
        ).map(({ offset }) => offset);
        const commands = COMMANDS.filter(
            ({ offset, commands: all }) =>
                before.commands.includes(offset) ||
                (served.knowledge === 'live' &&
                    all.some((command) => command && isOwn(command(this.shutdownSeconds), target))),
        ).map(({ offset }) => offset);
        const hasMore = measures.length !== before.measures.length || commands.length !== before.commands.length;
        if (!isOther && !hasMore && writes === this.wrote && this.made) return false;
        this.wrote = writes;
        this.known = { ...this.known, unit: served.id, measures, commands };
        this.made = undefined;
        return true;
    }

    private make(): Point[] {
        const base = this.number * INSTANCES;
        const { measures, commands } = this.known;
        return [
            ...QUANTITIES.filter(({ always, offset }) => always === true || measures.includes(offset)).map(
                (quantity) => new MeasurePoint(this, base, quantity),
            ),
            ...ALARMS.map((alarm) => new AlarmPoint(this, base, alarm)),
            ...STATES.map((state) => new StatePoint(this, base, state)),
            ...(this.serving.writes
                ? COMMANDS.filter(({ offset }) => commands.includes(offset)).map(
                      (command) => new CommandPoint(this, base, command),
                  )
                : []),
        ];
    }
}

/** An abort alone makes no object: every UPS may be asked for it. */
function isOwn(command: Parameters<ServedTarget['supports']>[0], target: ServedTarget): boolean {
    const isAbort = command.type === 'abort-shutdown' || (command.type === 'test' && command.test === 'abort');
    return !isAbort && target.supports(command);
}
