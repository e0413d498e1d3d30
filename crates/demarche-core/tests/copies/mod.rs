//! Copies of one record in different exports never contradict one another.

use std::collections::BTreeMap;

use demarche_core::event::event::Event;
use demarche_core::event::sink::Kept;
use demarche_core::record::delivered::Delivered;
use demarche_core::source::recognise;
use demarche_core::vocab::place::Place;

use crate::reading::{each_record, event_text};

/// One sign-in as the interface's fuller version gives it.
const FULL: &str = r#"{"id":"00112233-4455-6677-8899-aabbccddeeff","createdDateTime":"2026-03-02T08:01:00Z","userId":"11111111-0000-4000-8000-00000000000a","userPrincipalName":"mia@contoso.example","appId":"d3590ed6-52b3-4102-aeff-aad2292ab01c","appDisplayName":"Microsoft Office","resourceId":"00000002-0000-0ff1-ce00-000000000000","resourceDisplayName":"Office 365 Exchange Online","ipAddress":"203.0.113.9","clientAppUsed":"Mobile Apps and Desktop clients","authenticationProtocol":"deviceCode","isInteractive":true,"signInEventTypes":["interactiveUser"],"incomingTokenType":"none","sessionId":"55555555-0000-4000-8000-000000000005","uniqueTokenIdentifier":"MyIRAFVEd2aImaq7zN3u_w","correlationId":"77777777-0000-4000-8000-000000000001","userAgent":"Mozilla/5.0","autonomousSystemNumber":64500,"conditionalAccessStatus":"notApplied","status":{"errorCode":50126,"failureReason":"Wrong."},"deviceDetail":{"deviceId":"","operatingSystem":"Windows10","browser":"Edge 122"},"location":{"city":"Bergen","state":"Vestland","countryOrRegion":"NO"},"resourceTenantId":"aaaaaaaa-0000-4000-8000-000000000001","homeTenantId":"aaaaaaaa-0000-4000-8000-000000000001","tokenIssuerType":"AzureAD","riskState":"none","originalTransferMethod":"deviceCodeFlow"}"#;

/// The same by the older version: fields of the fuller one are missing.
const OLDER: &str = r#"{"id":"00112233-4455-6677-8899-AABBCCDDEEFF","createdDateTime":"2026-03-02T08:01:00Z","userId":"11111111-0000-4000-8000-00000000000a","userPrincipalName":"mia@contoso.example","appId":"d3590ed6-52b3-4102-aeff-aad2292ab01c","appDisplayName":"Microsoft Office","resourceId":"00000002-0000-0ff1-ce00-000000000000","resourceDisplayName":"Office 365 Exchange Online","ipAddress":"203.0.113.9","clientAppUsed":"Mobile Apps and Desktop clients","isInteractive":true,"correlationId":"77777777-0000-4000-8000-000000000001","conditionalAccessStatus":"notApplied","status":{"errorCode":50126,"failureReason":"Wrong.","additionalDetails":null},"deviceDetail":{"deviceId":"","displayName":"","operatingSystem":"Windows10","browser":"Edge 122"},"location":{"city":"Bergen","state":"Vestland","countryOrRegion":"NO"},"riskState":"none"}"#;

const PORTAL: &str = "Date (UTC),Request ID,User agent,Correlation ID,User ID,User,Username,Incoming token type,Authentication Protocol,Unique token identifier,Original transfer method,Application,Application ID ,Resource,Resource ID ,Resource tenant ID,Home tenant ID,IP address,Location,Status,Sign-in error code,Failure reason,Client app,Device ID,Browser,Operating System,Session ID,Autonomous system  number,Token issuer type,Incoming token type,Conditional Access\n\
2026-03-02T08:01:00Z,00112233-4455-6677-8899-aabbccddeeff,Mozilla/5.0,77777777-0000-4000-8000-000000000001,11111111-0000-4000-8000-00000000000a,Mia,mia@contoso.example,None,Device Code,MyIRAFVEd2aImaq7zN3u_w,Device code flow,Microsoft Office,d3590ed6-52b3-4102-aeff-aad2292ab01c,Office 365 Exchange Online,00000002-0000-0ff1-ce00-000000000000,aaaaaaaa-0000-4000-8000-000000000001,aaaaaaaa-0000-4000-8000-000000000001,203.0.113.9,\"Bergen, Vestland, NO\",Failure,50126,Wrong.,Mobile Apps and Desktop clients,,Edge 122,Windows10,55555555-0000-4000-8000-000000000005,64500,Azure AD,None,Not Applied\n";

fn envelope() -> String {
    format!(
        r#"{{"time":"2026-03-02T08:01:05Z","resourceId":"/tenants/aaaaaaaa-0000-4000-8000-000000000001/providers/Microsoft.aadiam","operationName":"Sign-in activity","category":"SignInLogs","tenantId":"aaaaaaaa-0000-4000-8000-000000000001","resultType":"50126","resultDescription":"Wrong.","callerIpAddress":"203.0.113.9","properties":{FULL}}}"#
    )
}

/// The same as a row of a workspace: names in capitals, some objects as text.
fn workspace() -> String {
    let row = FULL
        .replace(r#""id":"#, r#""TimeGenerated":"2026-03-02T08:04:00Z","Category":"SignInLogs","ResultType":"50126","ResultDescription":"Wrong.","AADTenantId":"aaaaaaaa-0000-4000-8000-000000000001","ResourceId":"/tenants/x/providers/Microsoft.aadiam","Id":"#)
        .replace(r#""resourceId""#, r#""ResourceIdentity""#)
        .replace(r#""location""#, r#""Location":"NO","LocationDetails""#)
        .replace("\"createdDateTime\":\"2026-03-02T08:01:00Z\"", "\"CreatedDateTime\":\"2026-03-02T08:01:00.7654321Z\"");
    format!("[{row}]")
}

fn read(name: &str, body: &str) -> Event<'static> {
    let mut kept = Kept::default();
    each_record(name, body, &mut |text, header| {
        let form = recognise(text, header).unwrap();
        let place = Place::default();
        let record = Delivered {
            place,
            text,
            header,
        };
        (form.read)(&record, &mut kept);
    });
    assert_eq!(kept.events.len(), 1, "{name}: {:?}", kept.problems);
    kept.events.remove(0)
}

/// All that an event states, by name; times to the second, repeated names joined.
fn stated(event: &Event<'_>) -> BTreeMap<String, String> {
    let mut out: BTreeMap<String, String> = BTreeMap::new();
    for line in event_text(event).lines() {
        let line = line.trim();
        let (name, value) = match line.strip_prefix("event ") {
            Some(rest) => ("event", rest.split(['.', 'Z']).next().unwrap_or(rest)),
            None => line.split_once(' ').unwrap_or((line, "")),
        };
        let (name, value) = match name {
            "detail" => value.split_once(' ').map_or((value, ""), |pair| pair),
            _ => (name, value),
        };
        if name != "marks" {
            out.entry(name.to_owned()).or_default().push_str(value);
        }
    }
    out
}

#[test]
fn copies_of_a_sign_in_agree() {
    let forms = [
        ("full.json", FULL.to_owned()),
        ("older.json", OLDER.to_owned()),
        ("InteractiveSignIns_1.csv", PORTAL.to_owned()),
        ("lines.log", envelope()),
        ("rows.json", workspace()),
    ];
    let events: Vec<_> = forms
        .iter()
        .map(|(name, body)| (*name, read(name, body)))
        .collect();
    let (_, full) = &events[0];
    let first = stated(full);
    for (name, event) in &events {
        for (key, value) in stated(event) {
            if let Some(known) = first.get(&key) {
                assert_eq!(known, &value, "{name}: {key}");
            }
        }
    }
    // Forms that are not marked as losing fields tell the same details.
    for (name, event) in &events {
        let sorted = |event: &Event<'static>| {
            let mut details = event.details.clone();
            details.sort();
            details
        };
        if !(event.marks.lossy || name.ends_with(".csv")) {
            assert_eq!(sorted(full), sorted(event), "{name}");
        }
    }
}
