import type { Clock } from '../clock';
import type { DriverState, SettingInfo, UpsCommand, UpsDriver } from '../driver';
import { UpsError, type UpsErrorCode } from '../errors';
import { DevicePath, type PathFailure } from './device-path';
import type { IndicatorState } from '../status/indicator';
import type { PathMemory } from './path-memory';
import { pathIndicator } from './unit-indicator';

/** One path to a UPS as people see it: its state, and whether it leads. */
export interface PathView {
    nodeId: string;
    name: string;
    state: DriverState['state'];
    /** The state that its device node and pages show. */
    indicator: IndicatorState;
    /** Why this path has no readings: an error code. */
    trouble?: string;
    /** Its last poll failed. */
    failed?: boolean;
    /** The same with all details. */
    failure?: PathFailure;
    /** The unit takes its status from this path. */
    leads: boolean;
    /** It answers, but its readings do not show whether the mains are present. */
    blind?: boolean;
    /** Clock ms between polls, if it is polled. */
    intervalMs?: number;
}

export interface PathOptions {
    /** For people; default: the id. */
    name?: string;
    /** 1 leads before 2; default 1. Among equals the one that was there first leads. */
    priority?: number;
    /** Seconds between polls, if it is polled. */
    intervalSeconds?: number;
}

/**
 * The paths to one UPS, in the order in which they lead. If a deploy removes a path and puts it back, the path keeps its place among those
 * of equal priority: a deploy does not change who leads.
 */
export class DevicePaths {
    private paths: DevicePath[] = [];
    private readonly places = new Map<string, number>();

    /** @param staleMs clock ms after which a reading is old, as of now */
    constructor(
        private readonly staleMs: () => number,
        private readonly clock: Clock,
    ) {}

    add(
        id: string,
        driver: UpsDriver,
        { name = id, priority = 1, intervalSeconds = 0 }: PathOptions = {},
        memory?: PathMemory,
    ): DevicePath {
        if (!this.places.has(id)) this.places.set(id, this.places.size);
        const path = new DevicePath(id, driver, this.clock, name, priority, intervalSeconds * 1000, memory);
        const place = ({ id: other }: DevicePath) => this.places.get(other)!;
        this.paths = [...this.paths, path].sort((a, b) => a.priority - b.priority || place(a) - place(b));
        return path;
    }

    remove(id: string): DevicePath | undefined {
        const path = this.paths.find((each) => each.id === id);
        this.paths = this.paths.filter((each) => each !== path);
        return path;
    }

    /** The first healthy one. @param now clock ms */
    leader(now: number): DevicePath | undefined {
        return this.paths.find((path) => path.healthy(now, this.staleMs()));
    }

    /** The paths that answer, the leader first. @param now clock ms */
    healthy(now: number): DevicePath[] {
        return this.paths.filter((path) => path.healthy(now, this.staleMs()));
    }

    /** The paths that can take a command, the leader first; their readings may be old. @param now clock ms */
    private answering(now: number): DevicePath[] {
        const leader = this.leader(now);
        const ready = this.paths.filter((path) => path !== leader && path.state.state === 'ready');
        return leader ? [leader, ...ready] : ready;
    }

    answers(now: number): boolean {
        return this.answering(now).length > 0;
    }

    /** The leader if it can do it, or else the first other path that answers and can. @param now clock ms */
    pathFor(command: UpsCommand, now: number): DevicePath | undefined {
        return this.answering(now).find(({ driver }) => driver.supports(command));
    }

    /** As `pathFor`: the first whose device keeps a log of itself. @param now clock ms */
    pathWithHistory(now: number): DevicePath | undefined {
        return this.answering(now).find(({ driver }) => driver.history !== undefined);
    }

    /** All known settings; where two paths differ, the leader is right. @param now clock ms */
    settingsInfo(now: number): Record<string, SettingInfo> {
        const infos = this.answering(now).map(({ driver }) => driver.settingsInfo?.() ?? {});
        return Object.assign({}, ...infos.reverse()) as Record<string, SettingInfo>;
    }

    /** Why the first path has no readings: an error code. */
    get trouble(): string {
        return this.paths[0]?.trouble ?? 'no-device';
    }

    /** Why the first path has no readings, for people: there is no device node, or its failure. @param ups its name */
    failure(ups: string): PathFailure {
        const first = this.paths[0];
        if (!first) return { code: 'no-device', data: { ups } };
        return first.failure ?? { code: 'device-silent', data: { host: first.name } };
    }

    /** The same as an error. */
    absence(ups: string): UpsError {
        const { code, data } = this.failure(ups);
        return code === 'no-device'
            ? new UpsError(code, { ups })
            : new UpsError('ups-silent', { ...data, ups, code: code as UpsErrorCode });
    }

    all(): readonly DevicePath[] {
        return this.paths;
    }

    views(now: number): PathView[] {
        const leader = this.leader(now);
        return this.paths.map((path) => {
            const down = path.behindAgent || path.state.state === 'waiting';
            return {
                nodeId: path.id,
                name: path.name,
                state: path.state.state,
                indicator: pathIndicator(path),
                ...(down ? { trouble: path.trouble, failure: path.failure } : {}),
                ...(path.failed ? { failed: true } : {}),
                leads: path === leader,
                ...(path.blind ? { blind: true } : {}),
                ...(path.intervalMs > 0 ? { intervalMs: path.intervalMs } : {}),
            };
        });
    }
}
