'use strict';
// The settings of the tests without the editor and its API.
module.exports = { ...require('../../../scripts/settings.cjs'), httpAdminRoot: false, httpNodeRoot: '/site' };
