import type { NodeAPI } from 'node-red';
import { healthViewOf } from '../config/battery-health';
import { keptBattery, type UpsBatteryNode } from '../config/battery-of';
import { exportedBaseline, exportedInventory, labelsOf, layoutView, type KeptBattery } from '../config/battery-papers';
import { wordsOf } from '../words/site-words';
import { apiRoute, ApiError, ApiFile, type ApiCall } from './api-route';
import { assertDownload } from './log-api';
import { choice, text } from './query';

/** What the history of a battery tells, and what people wrote down of its blocks: `batteries/:id/health`, `/layout`, `/inventory`, `/baseline`, `/labels`. */
export function serveBatteryHealth(RED: NodeAPI): void {
    const batteryAt = ({ params }: ApiCall): KeptBattery => {
        const battery = keptBattery(RED.nodes.getNode(params.id!) as UpsBatteryNode | null);
        if (!battery) throw new ApiError(404, 'no-such-battery', { id: params.id });
        return battery;
    };
    apiRoute(RED, 'get', 'batteries/:id/health', 'view', (call) => healthViewOf(RED, batteryAt(call)));
    apiRoute(RED, 'get', 'batteries/:id/layout', 'view', (call) => {
        const battery = batteryAt(call);
        return layoutView(battery, wordsOf(RED, battery.site));
    });
    apiRoute(RED, 'get', 'batteries/:id/inventory', 'view', (call) => {
        const battery = batteryAt(call);
        if (choice(call, 'format', ['json', 'csv'] as const) !== 'csv') return battery.health.inventory;
        assertDownload(call);
        return new ApiFile('text/csv; charset=utf-8', exportedInventory(battery), 'inventory.csv');
    });
    apiRoute(RED, 'get', 'batteries/:id/baseline', 'view', (call) => {
        const battery = batteryAt(call);
        if (choice(call, 'format', ['json', 'csv'] as const) !== 'csv')
            return { blocks: battery.battery.baseline?.blocks ?? [] };
        assertDownload(call);
        return new ApiFile('text/csv; charset=utf-8', exportedBaseline(battery), 'baseline.csv');
    });
    apiRoute(
        RED,
        'get',
        'batteries/:id/labels',
        'view',
        (call) => new ApiFile('text/html; charset=utf-8', labelsOf(RED, batteryAt(call), text(call, 'modules'))),
    );
}
