import type { Node, NodeAPI } from 'node-red';
import type { BatteryFeed, BatterySource } from '../../lib/core/batteries/battery-source';
import type { BatteryDriver } from '../../lib/core/batteries/model';
import type { DriverState } from '../../lib/core/driver';
import { UpsError, type UpsErrorCode } from '../../lib/core/errors';
import { batteryBlocksView } from '../../lib/views/battery-blocks';
import { flowOf } from '../shared/runtime/flow-of';
import { whenFlowsStarted } from '../shared/runtime/flow-start';
import { StatusIndicator } from '../shared/words/node-status';
import { failureStatus, statusText } from '../shared/words/texts';
import { showBattery } from './battery-status';

/** Lets a driver feed a battery from the start of the flows until its node closes; shows its state, and sends every pass of all values. */
export function feedBattery(RED: NodeAPI, node: Node, battery: BatterySource, driver: BatteryDriver): void {
    const { clock } = flowOf(RED);
    const indicator = new StatusIndicator(node);
    let feed: BatteryFeed | undefined;
    let since: { code: string; at: number } | undefined;
    let last: DriverState = { state: 'idle' };
    const show = () => {
        if (last.state === 'waiting') {
            const { code, reason, data } = last;
            if (since?.code !== code) since = { code, at: clock.now() };
            const error = new UpsError(code as UpsErrorCode, { reason, ...data });
            indicator.show(battery.view().at === undefined ? 'never' : 'lost', failureStatus(RED, error, since.at));
            return;
        }
        since = undefined;
        if (last.state === 'ready') showBattery(RED, indicator, battery, driver.spare);
        else indicator.show('connecting', statusText(RED, 'connecting'));
    };
    whenFlowsStarted(RED, node, () => {
        const its = battery.connect(node.id, driver);
        feed = its;
        driver.start({
            flags: (flags) => {
                its.flags(flags);
                show();
            },
            sweep: (sweep) => {
                its.sweep(sweep);
                show();
                node.send({ topic: `${battery.name}/readings`, payload: batteryBlocksView(battery) } as never);
            },
            identity: (identity) => its.identity(identity),
            settings: (told) => its.settings(told),
            state: (state) => {
                its.state(state);
                last = state;
                show();
            },
        });
    });
    node.on('close', (done: () => void) => {
        feed?.close();
        void driver.stop().finally(done);
    });
}
