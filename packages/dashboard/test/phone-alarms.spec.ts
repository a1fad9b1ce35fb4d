import assert from 'node:assert/strict';
import type { ActiveEventView, SourceView, UnitTile } from '../../../lib/views';
import { alarmedDevices } from '../ui/pages/phone/active';

const event = (id: string, level: ActiveEventView['level']): ActiveEventView => ({
    id,
    level,
    text: id,
    since: 1,
    episode: id,
});

describe('the alarms on the phone page', () => {
    const unit = (id: string, state: UnitTile['state'], alarms: number) =>
        ({ id, name: id, state, alarms, warnings: 0 }) as UnitTile;
    const source = (id: string, state: SourceView['state'], ...events: ActiveEventView[]) =>
        ({ id, name: id, state, events }) as SourceView;

    it('are those of every UPS and of everything else, each with its device, the worst first', () => {
        const units = [unit('ups1', 'outage', 1), unit('ups2', 'warning', 1), unit('ups3', 'ok', 0)];
        const sources = [
            source('line', 'alarm', event('alarm-low', 'alarm'), event('normal', 'info')),
            source('rack', 'ok', event('normal', 'info')),
        ];
        const told: Record<string, ActiveEventView[]> = {
            ups1: [event('power-fail', 'alarm'), event('buzzer', 'info')],
        };
        const devices = alarmedDevices(units, sources, (id) => told[id]);
        assert.deepEqual(
            devices.map(({ id, kind, count, events }) => [id, kind, count, events?.map((each) => each.id)]),
            [
                ['ups1', 'unit', 1, ['power-fail']],
                ['line', 'source', 1, ['alarm-low']],
                ['ups2', 'unit', 1, undefined],
            ],
        );
    });
});
