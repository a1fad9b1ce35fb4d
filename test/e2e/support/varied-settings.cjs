'use strict';
// The settings of the tests, with what a test says differently: JSON in RIDETHROUGH_TEST_SETTINGS. With RIDETHROUGH_TEST_GUARD the socket of
// the dashboard is guarded as docs/door.md says.
const settings = { ...require('../../../scripts/settings.cjs') };
delete settings.httpNodeMiddleware;
delete settings.dashboard;

module.exports = {
    ...settings,
    ...(process.env.RIDETHROUGH_TEST_GUARD ? { dashboard: { ioMiddleware: require('../../../io-middleware') } } : {}),
    ...JSON.parse(process.env.RIDETHROUGH_TEST_SETTINGS || '{}'),
};
