'use strict';
// Node-RED's settings for `npm start` and for the end-to-end tests. What differs comes by the environment:
// PORT, HOST, RIDETHROUGH_NAMES (see own-names.cjs), RIDETHROUGH_NODES_DIR (folder of the project whose two packages are loaded from
// outside the user directory, if any), RIDETHROUGH_SECRET_FILE (holds the key of the credentials file; without it Node-RED makes up its own), and
// RIDETHROUGH_ACCESS_FILE (a module with adminAuth, httpNodeAuth, https and the like: who may come in, and how),
// RIDETHROUGH_PAGE_SCRIPT (a script for the editor's page: that of `npm run watch`), and
// RIDETHROUGH_FIXED_PACKAGES (the editor installs no packages, so that Node-RED starts without asking npm for its version first).
const { existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const { ownNamesOnly } = require('./own-names.cjs');

const host = process.env.HOST || '127.0.0.1';
const nodesDir = process.env.RIDETHROUGH_NODES_DIR;
const secretFile = process.env.RIDETHROUGH_SECRET_FILE;
const accessFile = process.env.RIDETHROUGH_ACCESS_FILE;
const pageScript = process.env.RIDETHROUGH_PAGE_SCRIPT;
const fixedPackages = process.env.RIDETHROUGH_FIXED_PACKAGES;
const access = accessFile ? require(accessFile) : {};
const ownNames = ownNamesOnly(host, process.env.RIDETHROUGH_NAMES);
// The socket of a dashboard asks for no password by itself.
const socketGuards = [
    ...[ownNames.dashboard?.ioMiddleware, access.dashboard?.ioMiddleware].flat(),
    access.httpNodeAuth && require('../io-middleware'),
].filter(Boolean);

module.exports = {
    uiHost: host,
    ...ownNames,
    uiPort: Number(process.env.PORT || 1880),
    flowFile: 'flows.json',
    flowFilePretty: true,
    ...(nodesDir ? { nodesDir: [nodesDir, join(nodesDir, 'packages', 'dashboard')].filter(existsSync) } : {}),
    ...access,
    dashboard: {
        ...ownNames.dashboard,
        ...access.dashboard,
        ...(socketGuards.length > 0 ? { ioMiddleware: socketGuards } : {}),
    },
    ...(secretFile ? { credentialSecret: readFileSync(secretFile, 'utf8').trim() } : {}),

    // Nothing goes out of this machine unless a flow sends it.
    telemetry: { enabled: false, updateNotification: false },
    editorTheme: {
        page: { title: 'Ridethrough', ...(pageScript ? { scripts: [pageScript] } : {}) },
        header: { title: 'Ridethrough' },
        tours: false,
        projects: { enabled: false },
        palette: { catalogues: [] },
        codeEditor: { lib: 'monaco', options: {} },
    },
    externalModules: { autoInstall: false, ...(fixedPackages ? { palette: { allowInstall: false } } : {}) },

    diagnostics: { enabled: true, ui: true },
    runtimeState: { enabled: true, ui: false },
    logging: { console: { level: process.env.RIDETHROUGH_LOG_LEVEL || 'info', metrics: false, audit: false } },
    exportGlobalContextKeys: false,
};
