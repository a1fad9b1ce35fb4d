import { UpsError } from '../../errors';
import type { BatterySource } from '../battery-source';
import type { EqualizingControl } from './control';
import type { EqualizingPause } from './equalizing-pause';

/** How one job tells the monitor. */
export interface EqualizingWay {
    control: EqualizingControl;
    /** A failure that no run of the job waits for. */
    failed(error: UpsError): void;
}

export interface EqualizingWaysOptions {
    battery: Pick<BatterySource, 'pauseBy' | 'name'>;
    /** Who asked last, of an earlier process. */
    kept(): string | undefined;
    keep(owner: string): void;
}

/**
 * The jobs that pause and resume the equalizing of one battery, and the one pause that they share: they never fight. The job that asked last
 * also does what comes later, such as the end of the hours; where it is gone, any other job of the battery does it.
 */
export class EqualizingWays {
    private readonly ways = new Map<string, EqualizingWay>();
    private pausing: EqualizingPause | undefined;
    private owner: string | undefined;

    constructor(private readonly options: EqualizingWaysOptions) {}

    /** To be called when a job is made, before `open`. @returns the job is gone */
    add(id: string, way: EqualizingWay): () => void {
        this.ways.set(id, way);
        return () => {
            if (this.ways.get(id) === way) this.ways.delete(id);
        };
    }

    /** To be called when all nodes exist: goes on with what a restart interrupted. Undefined: the battery has not started. */
    open(): EqualizingPause | undefined {
        if (this.pausing) return this.pausing;
        this.owner ??= this.options.kept();
        const { battery } = this.options;
        const acting = () => this.acting();
        const control: EqualizingControl = {
            get endsByItself() {
                return acting()?.control.endsByItself === true;
            },
            pause: (hours, signal) => this.needed((each) => each.pause(hours, signal)),
            resume: (signal) => this.needed((each) => each.resume(signal)),
        };
        this.pausing = battery.pauseBy(control, (error) => this.acting()?.failed(error));
        return this.pausing;
    }

    /** Whether this job asked last. */
    isOwner(id: string): boolean {
        return this.owner === id;
    }

    /** Whether another job could end what this one began. */
    hasOther(id: string): boolean {
        return [...this.ways.keys()].some((each) => each !== id);
    }

    /** @throws UpsError as `EqualizingPause.pause`; no-device: the battery has not started */
    pause(id: string, hours: number, by: string): Promise<void> {
        return this.ask(id, (pause) => pause.pause(hours, by));
    }

    /** @throws UpsError as `EqualizingPause.resume`; no-device: the battery has not started */
    resume(id: string, by: string): Promise<void> {
        return this.ask(id, (pause) => pause.resume(by));
    }

    private async ask(id: string, order: (pause: EqualizingPause) => Promise<void>): Promise<void> {
        const pause = this.open();
        if (!pause) throw new UpsError('no-device', { ups: this.options.battery.name });
        if (this.owner !== id) this.options.keep(id);
        this.owner = id;
        return order(pause);
    }

    private acting(): EqualizingWay | undefined {
        return (this.owner === undefined ? undefined : this.ways.get(this.owner)) ?? [...this.ways.values()][0];
    }

    private async needed(order: (control: EqualizingControl) => Promise<void>): Promise<void> {
        const way = this.acting();
        if (!way) throw new UpsError('config-missing', { property: 'way' });
        return order(way.control);
    }
}
