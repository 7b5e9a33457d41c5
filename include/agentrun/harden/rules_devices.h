/* SPDX-License-Identifier: Apache-2.0
 *
 * Device nodes, and the devices that the control group lets through.
 */
#ifndef AGENTRUN_HARDEN_RULES_DEVICES_H
#define AGENTRUN_HARDEN_RULES_DEVICES_H

#include "agentrun/harden/rule.h"

extern const struct rule_family rules_devices;

#endif
