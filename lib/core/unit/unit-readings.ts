import type { Clock } from '../clock';
import type { EpisodeJournal } from '../events/episodes';
import type { EventEngine } from '../events/event-engine';
import { UPS_EVENTS, type UpsEventId } from '../events/ids';
import { emptyStatus, type PartialStatus } from '../status/status';
import type { BatteryWatch } from './battery-watch';
import type { DevicePath } from './device-path';
import { MainsArbiter } from './mains-arbiter';
import { testsBattery } from './presumed-outage';
import { Resumption } from './resumption';
import { SecondLook } from './second-look';
import type { UnitPublisher } from './unit-publisher';
import type { UnitStatus } from './unit-status';
import type { DevicePaths } from './device-paths';

/** After so long without a reading from the leader, clock ms, a path with newer readings takes over. */
const QUIET_MS = 1000;

export interface ReadingsParts {
    /** Name of the UPS, for people. */
    name: string;
    clock: Clock;
    /** Clock ms, as of now. */
    staleMs(): number;
    paths: DevicePaths;
    episodes: EpisodeJournal;
    engine: EventEngine;
    model: BatteryWatch;
    status: UnitStatus;
    publisher: Pick<UnitPublisher, 'status' | 'check'>;
}

/**
 * Decides which reading of which path counts, and what silence means: the first healthy path leads, and its readings become the status from
 * which the engine makes events.
 */
export class UnitReadings {
    private readonly arbiter = new MainsArbiter();
    private readonly look: SecondLook;
    /** The path of the last reading. */
    private leading: DevicePath | undefined;
    private resumption: Resumption | undefined;
    private startedAt = 0;
    private closed = false;

    constructor(private readonly parts: ReadingsParts) {
        this.look = new SecondLook(parts.clock, (path) => this.acceptLast(path));
    }

    /** Starts to watch for silence; the journal has been read before. */
    begin(): void {
        const { clock, status, episodes: book, staleMs } = this.parts;
        this.startedAt = clock.monotonic();
        const empty = status.remainingSeconds('device') === 0 && status.remainingSeconds('derived') === 0;
        this.resumption = new Resumption(this.startedAt, empty && book.awayMs >= staleMs());
    }

    close(): void {
        this.closed = true;
        this.look.drop();
    }

    /** Handles a reading of a path. @param further it is a further part of the reading before */
    onReading(path: DevicePath, reading: PartialStatus, further = false): void {
        // At a deploy the unit may close before its paths do.
        if (this.closed) return;
        const { clock, engine, status } = this.parts;
        const now = clock.monotonic();
        path.behindAgent = reading.alarms?.includes('communications-lost') ?? false;
        const gap = path.behindAgent ? false : path.noteAnswer(now);
        path.note(reading, now, further);
        path.verdict = path.behindAgent ? undefined : engine.judge(path.rule, status.complete(path.reading), now, gap);
        path.memory?.save();
        if (this.lead() === path) this.take(path);
        else if (path === this.leading) this.handOver();
        else if (this.leading?.blind && this.lead() === this.leading) this.take(this.leading);
    }

    /** A path was removed, or has another state: if it led, another path may have to lead. */
    changed(path: DevicePath): void {
        if (path === this.leading) this.handOver();
    }

    /** Handles what only time changes: silence, a spare path that takes over, the end of an outage that is presumed. */
    tick(): void {
        const { name, clock, staleMs, engine, status, publisher, paths: ways } = this.parts;
        const now = clock.monotonic();
        const settled = this.resumption?.settle(now, staleMs()) ?? false;
        if (settled) engine.confirmAll();
        const silentFor = now - (status.heardAt ?? this.startedAt);
        const spare = silentFor >= QUIET_MS ? this.lead() : undefined;
        const fallsSilent = !status.isSilent && !spare && silentFor >= staleMs();
        if (spare && status.isOlderThan(spare.readAt!)) this.take(spare);
        else if (fallsSilent) {
            this.acceptDoubted();
            status.fallSilent();
            engine.silence(ways.trouble, status.ageSeconds, ways.failure(name).data);
        }
        // Only now, when the unit counts as silent: earlier, followers would take the last reading of the former process for a fresh one.
        if (settled || fallsSilent) publisher.check();
        if (status.presuming) {
            engine.countedDown(status.current() ?? emptyStatus(clock.now()), status.remainingSeconds('smaller'));
            publisher.status();
        }
    }

    private lead(): DevicePath | undefined {
        return this.parts.paths.leader(this.parts.clock.monotonic());
    }

    /**
     * The leading path is gone: the next one leads at once. Its readings from before the last reading are outdated, and might end an outage
     * that has begun since; it is polled for a fresh reading instead.
     */
    private handOver(): void {
        const spare = this.lead();
        if (!spare || spare === this.leading) return;
        if (this.parts.status.isOlderThan(spare.readAt!)) this.take(spare);
        else spare.driver.pollNow();
    }

    private take(path: DevicePath): void {
        if (this.closed) return;
        const { clock, paths: ways, episodes: book, engine, model, status: known, publisher } = this.parts;
        // A further part of the same reading is not a second reading.
        if (path.another) this.look.drop();
        const at = path.readAt!;
        const healthy = ways.healthy(clock.monotonic());
        const sees = this.arbiter.sees(healthy);
        if (sees !== undefined) known.tellMains(sees);
        const status = known.complete(path.reading);
        if (path !== this.leading) engine.handOver(path.id);
        this.leading = path;
        const verdict = this.arbiter.verdict(path, healthy);
        const outage = verdict?.active ?? book.get('power-fail') !== undefined;
        model.read(status, at, {
            used: outage || testsBattery(status),
            outage: verdict?.active === true,
            seconds: known.secondsOnBattery(),
            counts: path.rule.counts,
        });
        known.take({ status, at }, path.doubted);
        this.resumption?.noteAnswer(at);
        engine.reading(status, verdict, known.remainingSeconds('smaller'), path.another);
        this.arbiter.look(healthy, clock.monotonic(), (id, told) => engine.state(id, told));
        publisher.status();
        this.setUrgency();
        if (!path.doubted && !path.rule.doubted && !engine.doubtsEnd) this.look.drop();
        else this.look.begin(path);
    }

    /** No later reading contradicted the last one of this path: it counts as it is. */
    private acceptLast(path: DevicePath): void {
        if (path === this.lead()) this.settle(path);
    }

    /** The device fell silent after a doubtful reading of the battery in an outage: no second reading can come, so it counts as it is. */
    private acceptDoubted(): void {
        const path = this.leading;
        if (!path?.doubted || path.verdict?.active !== true || !this.parts.episodes.get('power-fail')) return;
        this.settle(path);
    }

    private settle(path: DevicePath): void {
        path.settle(this.parts.clock.monotonic());
        this.take(path);
    }

    private setUrgency(): void {
        const { episodes: book, paths: ways } = this.parts;
        const urgent = book.all().some(({ eventId }) => UPS_EVENTS[eventId as UpsEventId] === 'alarm');
        for (const path of ways.all()) path.driver.setUrgent(urgent);
    }
}
