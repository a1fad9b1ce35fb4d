import type { NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import type { Zone } from '../../lib/core/schedules/local-time';
import { upcoming } from '../../lib/core/schedules/occurrences';
import { parseRule, type ParsedRule } from '../../lib/core/schedules/rule';
import { readSettings, type SettingsOf } from '../../lib/core/settings';
import { zoneOf } from '../../lib/zones/temporal-zone';
import { adminRoute } from '../shared/admin/admin-route';
import { flowOf } from '../shared/runtime/flow-of';
import { errorText } from '../shared/words/texts';
import { settings } from './ups-schedule.settings';

const MOST_RUNS = 20;
/** Longest rule, characters: one with the greatest number of rows takes less than half of it. */
const LONGEST_RULE = 8000;

/** @throws UpsError config-invalid: the zone data of this machine lacks the zone */
export function ruleOf(own: SettingsOf<typeof settings>): { rule: ParsedRule; zone: Zone } {
    return { rule: parseRule(own), zone: zoneOf(own.zone) };
}

/**
 * `GET ridethrough/schedule/next?rule=<JSON of the settings of a schedule>&count=`: the next runs of a rule, deployed or not, for its
 * dialog. Answers `{zone, runs: [{start, end?, moved}]}` in epoch ms, `end` null if it is endless; 400 with a sentence if the rule is
 * invalid.
 */
export function serveSchedulePreview(RED: NodeAPI): void {
    adminRoute(RED, 'get', 'schedule/next', 'flows.read', (request, response) => {
        try {
            const { rule, zone } = ruleOf(readSettings(settings, parse(request.query.rule)));
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
function parse(query: unknown): object {
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
