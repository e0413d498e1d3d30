//! Which log a public rule is about, and what our records call its fields.
//!
//! Rules name fields as the product's own export does, as an index does, or as their author
//! remembers them. One name stands for several paths of a record, tried in turn.

/// A log that rules are written for.
#[derive(Clone, Copy, Debug)]
pub struct Log {
    /// `product` of the rules.
    pub product: &'static str,
    /// `service` of the rules; empty where rules name the product or category alone.
    pub service: &'static str,
    /// `category` of the rules, for logs of no product.
    pub category: &'static str,
    /// Names of the cards whose records it is made of.
    pub cards: &'static [&'static str],
    /// Names of fields in lower case, and the paths they stand for.
    pub fields: Fields,
}

/// Names of fields in lower case, and the paths they stand for.
pub type Fields = &'static [(&'static str, &'static [&'static str])];

/// A word that is computed: whether the record tells of success or of failure.
pub const OUTCOME: &str = "=outcome";
/// A word that is computed: the operation of a directory's record within a unified log.
pub const OPERATION: &str = "=operation";
/// A word that is computed: the service of a report's application.
pub const SERVICE: &str = "=service";
/// A word that is always the same: what kind of activity a sign-in log holds.
pub const SIGN_INS: &str = "=sign-ins";

const UNIFIED: Fields = &[
    ("eventsource", &["Workload", "Source"]),
    ("eventname", &["Name", "Operation"]),
    ("payload", &["Data", "ExtendedProperties", "Parameters"]),
    (
        "requesttype",
        &["RequestType", "ExtendedProperties.RequestType"],
    ),
    ("status", &[OUTCOME]),
];

const DIRECTORY: Fields = &[
    (
        "properties.message",
        &[
            "activityDisplayName",
            "operationName",
            "Activity",
            OPERATION,
        ],
    ),
    (
        "operationname",
        &[
            "operationName",
            "activityDisplayName",
            "Activity",
            OPERATION,
        ],
    ),
    (
        "activitydisplayname",
        &[
            "activityDisplayName",
            "operationName",
            "Activity",
            OPERATION,
        ],
    ),
    (
        "activitytype",
        &["activityDisplayName", "operationName", OPERATION],
    ),
    ("status", &[OUTCOME]),
    ("properties.result", &["result"]),
    ("loggedbyservice", &["loggedByService", "Service"]),
    ("initiatedby", &["initiatedBy.user.userPrincipalName"]),
    ("initiatied.by", &["initiatedBy.user.userPrincipalName"]),
    ("properties.initiatedby", &["initiatedBy"]),
    (
        "target",
        &["targetResources.userPrincipalName", "Target.ID"],
    ),
    (
        "consentcontext.isadminconsent",
        &["targetResources.modifiedProperties.ConsentContext.IsAdminConsent"],
    ),
    (
        "failure_status_reason",
        &["resultReason", "resultDescription"],
    ),
    (
        "additionaldetails.additionalinfo",
        &["additionalDetails.value"],
    ),
];

const SIGN_IN: Fields = &[
    (
        "resulttype",
        &["status.errorCode", "resultType", "Sign-in error code"],
    ),
    (
        "resultdescription",
        &[
            "status.failureReason",
            "resultDescription",
            "Failure reason",
        ],
    ),
    ("status", &[OUTCOME, "status.additionalDetails"]),
    ("location", &["location.countryOrRegion", "location"]),
    ("calleripaddress", &["ipAddress", "callerIpAddress"]),
    ("username", &["userPrincipalName"]),
    ("clientapp", &["clientAppUsed"]),
    ("activitydetails", &[SIGN_INS]),
    ("networklocationdetails", &["networkLocationDetails"]),
    ("properties.message", &["authenticationProtocol"]),
    ("devicedetail.trusttype", &["deviceDetail.trustType"]),
];

const RISK: Fields = &[("riskeventtype", &["riskEventType", "riskType"])];

const RESOURCE: Fields = &[
    (
        "operationname",
        &["operationName.value", "operationName", "operationNameValue"],
    ),
    (
        "operationnamevalue",
        &["operationNameValue", "operationName.value", "operationName"],
    ),
    (
        "properties.message",
        &["operationName.value", "operationName"],
    ),
    (
        "categoryvalue",
        &["categoryValue", "category.value", "category"],
    ),
    (
        "resourceprovidervalue",
        &["resourceProviderValue", "resourceProviderName.value"],
    ),
    (
        "status",
        &["status.value", "activityStatusValue", "resultType"],
    ),
];

const CLOUDTRAIL: Fields = &[("src_ip", &["sourceIPAddress"]), ("status", &[OUTCOME])];

const CLOUD_AUDIT: Fields = &[
    ("gcp.audit.method_name", &["protoPayload.methodName"]),
    (
        "data.protopayload.servicename",
        &["protoPayload.serviceName"],
    ),
    ("data.protopayload.methodname", &["protoPayload.methodName"]),
    ("data.protopayload.logname", &["logName"]),
    ("data.protopayload.resource.type", &["resource.type"]),
    (
        "data.protopayload.authorizationinfo.permission",
        &["protoPayload.authorizationInfo.permission"],
    ),
    (
        "data.protopayload.authorizationinfo.granted",
        &["protoPayload.authorizationInfo.granted"],
    ),
];

const WORKSPACE: Fields = &[
    ("eventservice", &[SERVICE, "protoPayload.serviceName"]),
    (
        "protopayload.servicename",
        &[SERVICE, "protoPayload.serviceName"],
    ),
    (
        "eventname",
        &["events.name", "protoPayload.metadata.event.eventName"],
    ),
    (
        "protopayload.metadata.event.eventname",
        &["events.name", "protoPayload.metadata.event.eventName"],
    ),
    ("setting_name", &["events.parameters.SETTING_NAME"]),
    ("new_value", &["events.parameters.NEW_VALUE"]),
];

const fn log(
    product: &'static str,
    service: &'static str,
    cards: &'static [&'static str],
    fields: Fields,
) -> Log {
    Log {
        product,
        service,
        category: "",
        cards,
        fields,
    }
}

const UNIFIED_CARDS: &[&str] = &["unified-audit", "office-activity"];

/// The logs that can be read here.
pub const LOGS: &[Log] = &[
    log("m365", "audit", UNIFIED_CARDS, UNIFIED),
    log("m365", "exchange", UNIFIED_CARDS, UNIFIED),
    log("m365", "threat_management", UNIFIED_CARDS, UNIFIED),
    log("m365", "threat_detection", UNIFIED_CARDS, UNIFIED),
    log(
        "azure",
        "auditlogs",
        &["entra-audit", "unified-audit"],
        DIRECTORY,
    ),
    log("azure", "signinlogs", &["entra-sign-in"], SIGN_IN),
    log("azure", "riskdetection", &["entra-risk"], RISK),
    log("azure", "pim", &["entra-risk"], RISK),
    log("azure", "activitylogs", &["azure-activity"], RESOURCE),
    log(
        "azure",
        "microsoftgraphactivitylogs",
        &["graph-activity"],
        &[],
    ),
    log("aws", "cloudtrail", &["cloudtrail"], CLOUDTRAIL),
    log("okta", "okta", &["okta"], &[]),
    log("gcp", "gcp.audit", &["cloud-audit"], CLOUD_AUDIT),
    log(
        "gcp",
        "google_workspace.admin",
        &["workspace-audit", "cloud-audit"],
        WORKSPACE,
    ),
    log(
        "gcp",
        "google_workspace.login",
        &["workspace-audit", "cloud-audit"],
        WORKSPACE,
    ),
    Log {
        product: "",
        service: "",
        category: "database",
        cards: &["postgresql"],
        fields: &[],
    },
];

/// The log of a rule's source, by place in [`LOGS`]; `None` where no record here is of it.
pub fn log_of(product: &str, service: &str, category: &str) -> Option<usize> {
    let same = |ours: &str, theirs: &str| ours.eq_ignore_ascii_case(theirs);
    LOGS.iter().position(|log| {
        if product.is_empty() {
            !category.is_empty() && same(log.category, category)
        } else {
            same(log.product, product) && same(log.service, service)
        }
    })
}
