import type { NodeAPI } from 'node-red';
import { statusText } from '../words/texts';

interface DashboardSettings {
    httpNodeAuth?: unknown;
    dashboard?: { middleware?: unknown; ioMiddleware?: unknown };
    ui?: { middleware?: unknown; ioMiddleware?: unknown };
}

/**
 * The dashboard's socket is open to everybody, also if its page asks for a password, unless `ioMiddleware` guards it. Says so in the log at
 * the first start of flows that have a dashboard.
 */
export function warnOfOpenSocket(RED: NodeAPI): void {
    const { httpNodeAuth, dashboard, ui } = RED.settings as DashboardSettings;
    const own = dashboard ?? ui;
    if (own?.ioMiddleware || !(httpNodeAuth || own?.middleware)) return;
    const look = () => {
        let hasDashboard = false;
        RED.nodes.eachNode(({ type }) => {
            hasDashboard ||= type === 'ui-base';
        });
        if (!hasDashboard) return;
        RED.events.removeListener('flows:started', look);
        RED.log.warn(statusText(RED, 'socketOpen'));
    };
    RED.events.on('flows:started', look);
}
