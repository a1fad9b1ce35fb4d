import type { NodeAPI } from 'node-red';
import { serveAdmin } from '../shared/admin/admin';

/**
 * The runtime half of the editor plugin. Its being a plugin is the point: the editor loads plugins before nodes, so
 * `window.Ridethrough` (ridethrough-editor.html) is there when the nodes' own html runs; and the sidebar finds its
 * endpoints before the first site is deployed.
 */
export = (RED: NodeAPI): void => {
    serveAdmin(RED);
    RED.plugins.registerPlugin('ridethrough-editor', { type: 'ridethrough-editor' });
};
