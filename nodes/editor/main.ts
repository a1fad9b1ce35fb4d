import { declarations, dialogs } from 'ridethrough:declarations';
import { provide } from './form/declarations';
import { addJobsSidebar } from './jobs-sidebar';
import { Ridethrough } from './ridethrough';
import { prepareDialogs } from './settings';
import { addUpsSidebar } from './ups-sidebar';

declare global {
    interface Window {
        Ridethrough: Ridethrough;
    }
}

// The editor loads plugins before nodes, so the dialogs of the nodes find this object.
window.Ridethrough = Ridethrough;
provide(declarations, dialogs);
prepareDialogs();
RED.plugins.registerPlugin('ridethrough-editor', {
    type: 'ridethrough-editor',
    onadd() {
        addUpsSidebar();
        addJobsSidebar();
    },
});
