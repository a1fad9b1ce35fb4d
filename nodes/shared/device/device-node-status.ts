import type { NodeAPI } from 'node-red';
import { isAlarm } from '../../../lib/core/status/alarms';
import type { UpsErrorCode } from '../../../lib/core/errors';
import type { DevicePath } from '../../../lib/core/unit/device-path';
import { pathIndicator } from '../../../lib/core/unit/unit-indicator';
import type { NodeState } from '../../../lib/flow/ports';
import { failureStatus, statusText } from '../words/texts';

/** The node status of a device; the only place that converts driver states. */
export function deviceNodeStatus(RED: NodeAPI, path: DevicePath): [NodeState, string] {
    const state = pathIndicator(path);
    return [state, words(RED, path, state)];
}

/** The same, with a problem that does not stop the polling: a device that is otherwise well is not. */
export function withProblem(
    RED: NodeAPI,
    shown: [NodeState, string],
    problem: UpsErrorCode | undefined,
): [NodeState, string] {
    const [state, text] = shown;
    if (problem === undefined || (state !== 'ok' && state !== 'warning')) return shown;
    return ['warning', `${statusText(RED, problem)}, ${text}`];
}

function words(RED: NodeAPI, path: DevicePath, shown: NodeState): string {
    const { state } = path;
    const { failure } = path;
    if (failure) return failureStatus(RED, failure as never, failure.since);
    switch (state.state) {
        case 'idle':
        case 'connecting':
            return statusText(RED, 'connecting');
        case 'waiting':
        case 'closed':
            return statusText(RED, 'closed');
        case 'ready':
            return path.blind ? statusText(RED, 'outages-unseen') : describeReading(RED, path, shown);
    }
}

function describeReading(RED: NodeAPI, { reading }: DevicePath, shown: NodeState): string {
    const charge = reading?.battery?.chargePercent;
    const percent = charge === undefined ? '' : ` ${Math.round(charge)} %`;
    const alarms = reading?.alarms?.filter(isAlarm) ?? [];
    if (shown === 'testing') return `${statusText(RED, 'testing')}${percent}`;
    if (reading?.output?.source === 'battery') return `${statusText(RED, 'onBattery')}${percent}`;
    if (alarms.length > 0) return `${statusText(RED, 'alarms', { count: alarms.length })}${percent}`;
    return `${statusText(RED, 'ok')}${percent}`;
}
