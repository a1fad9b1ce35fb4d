'use strict';
// Node-RED's settings for `npm start` and for the end-to-end tests. What differs comes by the environment:
// PORT, HOST, and RIDETHROUGH_NODES_DIR (folder of the package to load from outside the user directory, if any).

const nodesDir = process.env.RIDETHROUGH_NODES_DIR;

module.exports = {
    uiHost: process.env.HOST || '127.0.0.1',
    uiPort: Number(process.env.PORT || 1880),
    flowFile: 'flows.json',
    flowFilePretty: true,
    ...(nodesDir ? { nodesDir } : {}),

    // Nothing goes out of this machine unless a flow sends it.
    telemetry: { enabled: false, updateNotification: false },
    editorTheme: {
        page: { title: 'Ridethrough' },
        header: { title: 'Ridethrough' },
        tours: false,
        projects: { enabled: false },
        palette: { catalogues: [] },
        codeEditor: { lib: 'monaco', options: {} },
    },
    externalModules: { autoInstall: false },

    diagnostics: { enabled: true, ui: true },
    runtimeState: { enabled: true, ui: false },
    logging: { console: { level: process.env.RIDETHROUGH_LOG_LEVEL || 'info', metrics: false, audit: false } },
    exportGlobalContextKeys: false,
};
