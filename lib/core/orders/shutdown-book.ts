import type { Clock } from '../clock';
import type { Journal } from '../journal/journal';
import { momentNow, msSince, type Moment } from '../moment';
import type { PlannedShutdown } from '../unit/shutdown-nesting';

/** `sentAt`, and the time since the boot: the clock on the wall may be set while an order counts down. */
export interface SentMoment extends Pick<Moment, 'boot' | 'up'> {
    /** Epoch ms. */
    sentAt: number;
}

/** A shutdown that was really sent to a UPS. Seconds are seconds of the unit's clock. */
export interface SentShutdown extends PlannedShutdown, SentMoment {
    /** Of the event that caused it; empty for a button. */
    episode: string;
    /** The device has accepted it, and no later order has replaced it there. */
    taken?: boolean;
}

const NAME = 'shutdowns-sent';
/** More in one outage than anyone has. */
const MOST = 8;

/** What was sent to a unit by any of its shutdown jobs and has not been aborted; in the journal, so that it outlives a kill and a deploy. */
export class ShutdownBook {
    constructor(
        private readonly journal: Journal,
        private readonly unitId: string,
    ) {}

    all(): SentShutdown[] {
        return (this.journal.getValue(this.unitId, NAME) as SentShutdown[] | null | undefined) ?? [];
    }

    /** Of the same outage; of buttons, those that are still counted down. An earlier outage has no say. */
    with(episode: string, clock: Clock): SentShutdown[] {
        return this.all().filter((order) => order.episode === episode && (episode !== '' || msLeft(order, clock) > 0));
    }

    /** A second one of the same scope and event takes the place of the first. */
    note(order: SentShutdown): void {
        const others = this.all().filter(({ episode, scope }) => episode !== order.episode || scope !== order.scope);
        this.journal.setValue(this.unitId, NAME, [...others, order].slice(-MOST));
    }

    /** One that was never sent. */
    drop({ episode, scope }: Pick<SentShutdown, 'episode' | 'scope'>): void {
        const others = this.all().filter((order) => order.episode !== episode || order.scope !== scope);
        this.journal.setValue(this.unitId, NAME, others);
    }

    has({ episode, scope }: Pick<SentShutdown, 'episode' | 'scope'>): boolean {
        return this.all().some((order) => order.episode === episode && order.scope === scope);
    }

    clear(): void {
        this.journal.setValue(this.unitId, NAME, []);
    }
}

export function sentNow(clock: Clock): SentMoment {
    const { at, ...boot } = momentNow(clock);
    return { sentAt: at, ...boot };
}

/** Until the device acts, ms of the unit's clock; negative: so long ago. */
export function msLeft({ sentAt, boot, up, seconds }: SentMoment & { seconds: number }, clock: Clock): number {
    return seconds * 1000 - msSince(clock, { at: sentAt, boot, up }) * clock.speed;
}
