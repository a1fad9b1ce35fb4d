import type { Clock } from '../clock';
import type { Journal } from '../journal/journal';
import { momentNow, msSince } from '../moment';
import type { PlannedShutdown } from '../unit/shutdown-nesting';

/** A shutdown that was really sent to a UPS. Seconds are seconds of the unit's clock. */
export interface SentShutdown extends PlannedShutdown {
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

    /** Of the same outage; of buttons, those that are still counted down. An earlier outage has no say. @param clock the unit's */
    with(episode: string, clock: Clock): SentShutdown[] {
        const isOpen = (order: SentShutdown) => episode !== '' || secondsUntilOff(order, clock) > 0;
        return this.all().filter((order) => order.episode === episode && isOpen(order));
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

type SentAt = Pick<PlannedShutdown, 'sentAt' | 'boot' | 'up'>;

/** The part of an order that says when it went out: now. */
export function sentNow(clock: Clock): SentAt {
    const { at, ...boot } = momentNow(clock);
    return { sentAt: at, ...boot };
}

/** Seconds of the unit's clock, whatever was done to the wall clock. */
export function secondsSinceSent({ sentAt, boot, up }: SentAt, clock: Clock): number {
    return (msSince(clock, { at: sentAt, boot, up }) * clock.speed) / 1000;
}

/** Seconds of the unit's clock until the device acts; negative when it should have acted. */
export function secondsUntilOff(order: PlannedShutdown, clock: Clock): number {
    return order.seconds - secondsSinceSent(order, clock);
}
