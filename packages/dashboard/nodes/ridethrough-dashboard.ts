import { basename, join, posix } from 'node:path';
import type { NodeAPI } from 'node-red';
import { makeFeed, PLUGIN, type DashboardPlugin } from './shared/plugin';
import { PACKAGE } from './shared/widgets';

/** Where the scripts are served beside the HTTP API, below httpNodeRoot. */
const OWN_PATH = 'ridethrough';
const SCRIPTS = join(__dirname, '..', '..', 'resources');

interface Settings {
    httpAdminRoot?: string | false;
    httpNodeRoot?: string | false;
    disableEditor?: boolean;
    /** `true`: the scripts are served below httpNodeRoot. For a proxy that lets through no more than the pages. */
    ridethroughDashboard?: { ownResources?: boolean };
}

/**
 * The dashboard loads a widget's script from `<httpAdminRoot>/resources`, which is not there without the editor, and not behind a proxy that shows
 * the pages only. Then we serve the scripts ourselves, and tell the pages so.
 */
export = (RED: NodeAPI): void => {
    const { httpAdminRoot, httpNodeRoot, disableEditor, ridethroughDashboard } = RED.settings as Settings;
    const isOwn = httpAdminRoot === false || disableEditor === true || ridethroughDashboard?.ownResources === true;
    const canServe = httpNodeRoot !== false;
    if (isOwn && canServe) {
        RED.httpNode.get(`/${OWN_PATH}/resources/${PACKAGE}/:file`, (request, response) => {
            response.sendFile(join(SCRIPTS, basename(request.params.file!)), (error) => {
                if (error && !response.headersSent) response.sendStatus(404);
            });
        });
    }
    const setup = { httpAdminRoot: posix.join('/', httpNodeRoot || '/', OWN_PATH), httpNodeRoot };
    const plugin: DashboardPlugin = {
        type: 'node-red-dashboard-2',
        hooks: { onSetup: () => (isOwn && canServe ? { RED: setup } : {}) },
        feed: makeFeed(RED),
    };
    RED.plugins.registerPlugin(PLUGIN, plugin as never);
};
