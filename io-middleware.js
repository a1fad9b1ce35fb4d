'use strict';
// For settings.js: dashboard: { ioMiddleware: require('@ridethrough/node-red-ups/io-middleware') }. See docs/door.md.
module.exports = require('./dist/nodes/door/io-middleware');
