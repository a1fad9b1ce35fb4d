import type { NodeAPI } from 'node-red';
import { UpsError } from '../../../lib/core/errors';
import type { Zone } from '../../../lib/core/schedules/local-time';
import { upcoming } from '../../../lib/core/schedules/occurrences';
import {
    ENDINGS,
    MONTH_ENDS,
    parseRule,
    LONGEST_RUN_SECONDS,
    REPEATS,
    type Ending,
    type MonthEnd,
    type ParsedRule,
    type Repeat,
    type WeeklyWindow,
} from '../../../lib/core/schedules/rule';
import { MISSED, type Missed } from '../../../lib/core/schedules/schedule-source';
import { settingChoice } from '../../../lib/protocols/shared/setting-number';
import { zoneOf } from '../../../lib/zones/temporal-zone';
import { adminRoute } from '../admin/admin-route';
import { flowOf } from '../runtime/flow-of';
import { numberOr } from './numbers';
import { errorText } from '../words/texts';

/** A schedule as its dialog leaves it. */
export interface ScheduleConfig {
    start?: string;
    repeat?: Repeat;
    monthEnd?: MonthEnd;
    ending?: Ending;
    seconds?: string | number;
    until?: string;
    windows?: WeeklyWindow[];
    /** IANA name; empty = the machine's. */
    zone?: string;
    missed?: Missed;
    /** Seconds; empty = no limit. */
    maxAge?: string | number;
}

export interface Schedule {
    rule: ParsedRule;
    zone: Zone;
    missed: Missed;
    maxAgeSeconds: number | undefined;
}

/** @throws UpsError config-missing, config-invalid */
export function readSchedule(config: ScheduleConfig): Schedule {
    const missed = settingChoice('missed', config.missed, MISSED, 'run') as Missed;
    const rule = parseRule({
        start: text(config.start),
        repeat: settingChoice('repeat', config.repeat, REPEATS, 'daily') as Repeat,
        monthEnd: settingChoice('monthEnd', config.monthEnd, MONTH_ENDS, 'last') as MonthEnd,
        ending: settingChoice('ending', config.ending, ENDINGS, 'at-once') as Ending,
        seconds: config.ending === 'after' ? numberOr('seconds', config.seconds, 600, 1, LONGEST_RUN_SECONDS) : 0,
        until: text(config.until),
        windows: Array.isArray(config.windows) ? config.windows.map(window) : [],
    });
    // Empty is no limit; a flow that says nothing of it has the default.
    const maxAgeSeconds = config.maxAge === '' ? undefined : numberOr('maxAge', config.maxAge, DEFAULT_MAX_AGE_SECONDS);
    return { rule, zone: zoneOf(text(config.zone)), missed, maxAgeSeconds };
}

const DEFAULT_MAX_AGE_SECONDS = 3600;
const MOST_RUNS = 20;
/** A rule with as many rows as it may have takes less than half of it. */
const LONGEST_RULE = 8000;

/**
 * `GET ridethrough/schedule/next?rule=<JSON of a ScheduleConfig>&count=`: the next runs of a rule that need not be deployed, for
 * its dialog. Answers `{zone, runs: [{start, end?, moved}]}` in epoch ms, `end` null when there is none in sight; 400 with a
 * sentence if the rule is wrong.
 */
export function serveSchedulePreview(RED: NodeAPI): void {
    adminRoute(RED, 'get', 'schedule/next', 'flows.read', (request, response) => {
        try {
            const { rule, zone } = readSchedule(parse(request.query.rule));
            const count = Math.min(MOST_RUNS, Math.max(1, Math.floor(Number(request.query.count)) || 5));
            response.json({ zone: zone.id, runs: upcoming(rule, zone, flowOf(RED).clock.now(), count) });
        } catch (error) {
            if (!(error instanceof UpsError)) throw error;
            response
                .status(400)
                .json({ code: error.code, property: error.data.property, error: errorText(RED, error) });
        }
    });
}

/** @throws UpsError config-invalid */
function parse(query: unknown): ScheduleConfig {
    const wrong = (cause?: unknown) =>
        new UpsError('config-invalid', { property: 'rule', value: '…', expected: 'JSON' }, { cause });
    if (typeof query !== 'string' || query.length > LONGEST_RULE) throw wrong();
    let parsed: unknown;
    try {
        parsed = JSON.parse(query);
    } catch (error) {
        throw wrong(error);
    }
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw wrong();
    return parsed;
}

function window(row: Partial<WeeklyWindow> | null): WeeklyWindow {
    return {
        days: Array.isArray(row?.days) ? row.days.map(Number) : [],
        from: text(row?.from),
        to: text(row?.to),
    };
}

function text(value: unknown): string {
    return typeof value === 'string' ? value.trim() : '';
}
