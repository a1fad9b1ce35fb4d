import assert from 'node:assert/strict';
import { READING_RULES } from '../../../../lib/core/events/rules';
import type { AlarmId } from '../../../../lib/core/status/alarms';
import { emptyStatus } from '../../../../lib/core/status/status';

/** Whether the device has an alarm of its own; undefined: the reading does not say. */
function active(alarms?: AlarmId[], alarmsTold?: AlarmId[]): boolean | undefined {
    return READING_RULES['device-alarm']!({ ...emptyStatus(0), alarms, alarmsTold })?.active;
}

describe('An alarm in the words of the device', () => {
    it('begins and ends where the device tells all of its alarms', () => {
        assert.equal(active(['vendor:door open']), true);
        assert.equal(active([]), false);
        assert.equal(active(undefined), undefined);
    });

    it('ends where the device tells only some alarms, of its own ones at least one', () => {
        assert.equal(active([], ['low-battery', 'vendor:door open']), false);
        assert.equal(active([], ['low-battery', 'vendor:*']), false);
        assert.equal(active([], ['low-battery']), undefined, 'another path may have told it');
    });
});
