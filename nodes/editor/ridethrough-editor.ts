import type { NodeAPI } from 'node-red';
import { serveAdmin } from '../shared/admin/admin';

/**
 * The runtime part of the editor plugin. It is a plugin because the editor loads plugins before nodes: `window.Ridethrough`
 * (ridethrough-editor.html) exists when the html of the nodes runs, and the endpoints of the sidebar exist before the first site is
 * deployed.
 */
export = (RED: NodeAPI): void => {
    serveAdmin(RED);
    RED.plugins.registerPlugin('ridethrough-editor', { type: 'ridethrough-editor' });
};
