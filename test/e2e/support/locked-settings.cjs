'use strict';
// The settings of the tests, with log-ins: `admin` may do everything, `reader` may look.
const settings = require('../../../scripts/settings.cjs');

// bcrypt of "pw".
const password = process.env.RIDETHROUGH_TEST_HASH;

module.exports = {
    ...settings,
    adminAuth: {
        type: 'credentials',
        users: [
            { username: 'admin', password, permissions: '*' },
            { username: 'reader', password, permissions: 'read' },
        ],
    },
};
