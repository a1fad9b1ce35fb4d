'use strict';
// The page of a stranger can let its own name lead to 127.0.0.1, and then counts as a page of ours for the browser (DNS rebinding). A
// Node-RED on loopback, where nobody logs in, therefore answers only to the names of this machine.

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i;

/** The name that a browser asked for, without its port. */
const nameOf = (header) => String(header ?? '').replace(/:\d+$/, '');

/**
 * Settings that refuse requests by other names: of the editor, of pages that flows serve, and of the dashboard with its socket. None
 * where Node-RED listens on more than loopback.
 * @param {string} host the address it listens on
 * @param {string} [names] further names, separated by commas: of a proxy that leads here, say
 */
function ownNamesOnly(host, names = '') {
    if (!LOOPBACK.test(host)) return {};
    const more = names.toLowerCase().split(/[\s,]+/);
    const isOurs = (request) => {
        const name = nameOf(request.headers.host).toLowerCase();
        return LOOPBACK.test(name) || (name !== '' && more.includes(name));
    };
    const refusal = (request) =>
        `"${nameOf(request.headers.host)}" is not a name of this machine. Open http://127.0.0.1, or start with RIDETHROUGH_NAMES=<name>.`;
    const middleware = (request, response, next) =>
        isOurs(request) ? next() : response.status(403).type('text/plain').send(refusal(request));
    const ioMiddleware = (socket, next) => (isOurs(socket.request) ? next() : next(new Error(refusal(socket.request))));
    return {
        httpAdminMiddleware: middleware,
        httpNodeMiddleware: middleware,
        dashboard: { middleware, ioMiddleware },
    };
}

module.exports = { ownNamesOnly };
