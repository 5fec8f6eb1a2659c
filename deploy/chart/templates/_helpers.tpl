{{/* What a process is called, and found by. */}}
{{- define "errata.name" -}}
{{- printf "%s-%s" .root.Release.Name .process | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "errata.selector" -}}
app.kubernetes.io/name: errata
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .process }}
{{- end -}}

{{- define "errata.labels" -}}
{{ include "errata.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{/* Settings that stand in values or in secrets: what they are called, in one list. */}}
{{- define "errata.given" -}}
{{- $names := list -}}
{{- range $name, $value := .Values.settings }}{{ if $value }}{{ $names = append $names $name }}{{ end }}{{ end -}}
{{- range .Values.secrets }}{{ $names = append $names .setting }}{{ end -}}
{{- join "," $names -}}
{{- end -}}

{{/* "yes" where analytics keeps its rows in a store of its own. */}}
{{- define "errata.embedded" -}}
{{- if not (has "CLICKHOUSE_URL" (splitList "," (include "errata.given" .))) }}yes{{ end -}}
{{- end -}}

{{- define "errata.image" -}}
{{- $isStore := and (has "analytics" .run) (include "errata.embedded" .root) -}}
{{- $image := .root.Values.image -}}
{{- $repository := ternary .root.Values.analyticsImage.repository $image.repository (not (empty $isStore)) -}}
{{- printf "%s:%s" $repository (default .root.Chart.AppVersion $image.tag) -}}
{{- end -}}

{{/* What no template could give a sensible answer to. */}}
{{- define "errata.check" -}}
{{- $given := splitList "," (include "errata.given" .) -}}
{{- range $name := list "KAFKA_BROKERS" "SCHEMA_REGISTRY_URL" -}}
{{- if not (has $name $given) }}{{ fail (printf "settings.%s is needed" $name) }}{{ end -}}
{{- end -}}
{{- if and (not .Values.token.secret) (not (has "ERRATA_TOKEN" $given)) -}}
{{- fail "token.secret is needed: the Secret that has ERRATA_TOKEN, without which the pages refuse everybody" -}}
{{- end -}}
{{- $topology := .Files.Get "files/topology.json" | fromJson -}}
{{- $seen := dict -}}
{{- range $process, $values := include "errata.processes" . | fromYaml -}}
{{- range $name := $values.run -}}
{{- if not (hasKey $topology $name) }}{{ fail (printf "processes.%s: errata run knows no %s" $process $name) }}{{ end -}}
{{- if hasKey $seen $name }}{{ fail (printf "%s runs in processes.%s and in processes.%s" $name (get $seen $name) $process) }}{{ end -}}
{{- $_ := set $seen $name $process -}}
{{- $isScaled := and $values.autoscale $values.autoscale.enabled -}}
{{- if and (not (get $topology $name).optional) (not $isScaled) (lt (int $values.replicas) 1) -}}
{{- fail (printf "processes.%s.replicas: no pod runs %s, without which documents stop" $process $name) -}}
{{- end -}}
{{- end -}}
{{- with $values.autoscale -}}
{{- if and .enabled (gt (int .max) (int $.Values.settings.ERRATA_PARTITIONS)) -}}
{{- fail (printf "processes.%s.autoscale.max is above ERRATA_PARTITIONS: more pods than partitions have nothing to do" $process) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Every process by name, with `run` and `replicas`: what values say, and a process of its own for the rest. */}}
{{- define "errata.processes" -}}
{{- $topology := .Files.Get "files/topology.json" | fromJson -}}
{{- $gathered := list -}}
{{- range $process, $values := .Values.processes -}}
{{- range $name := (default dict $values).run }}{{ if ne $name $process }}{{ $gathered = append $gathered $name }}{{ end }}{{ end -}}
{{- end -}}
{{- $all := dict -}}
{{- range $name, $entry := $topology -}}
{{- if not (has $name $gathered) }}{{ $_ := set $all $name (dict "run" (list $name) "replicas" (ternary 0 1 $entry.optional)) }}{{ end -}}
{{- end -}}
{{- range $process, $values := .Values.processes -}}
{{- if and $values (not (has $process $gathered)) -}}
{{- $_ := set $all $process (mergeOverwrite (default (dict "run" (list $process) "replicas" 1) (get $all $process)) $values) -}}
{{- end -}}
{{- end -}}
{{- toYaml $all -}}
{{- end -}}

{{- define "errata.environment" -}}
{{- range $name, $value := .Values.settings }}
{{- if $value }}
- name: {{ $name }}
  value: {{ $value | toString | quote }}
{{- end }}
{{- end }}
{{- range .Values.secrets }}
- name: {{ ternary .setting (printf "%s_FILE" .setting) (hasSuffix "_FILE" .setting) }}
  value: /secrets/{{ .setting }}/{{ .key }}
{{- end }}
{{- if .Values.token.secret }}
- name: ERRATA_TOKEN_FILE
  value: /secrets/ERRATA_TOKEN/{{ .Values.token.key }}
{{- end }}
{{- end -}}

{{/* Which process runs a stage or service. */}}
{{- define "errata.processOf" -}}
{{- $name := .name -}}
{{- range $process, $values := include "errata.processes" .root | fromYaml -}}
{{- if has $name $values.run }}{{ $process }}{{ end -}}
{{- end -}}
{{- end -}}

{{/* The pages ask the gateway of the embedded store, with ERRATA_TOKEN as a reader's password. */}}
{{- define "errata.storeOfPages" -}}
{{- $run := .run -}}
{{- if and (has "web" $run) (not (has "analytics" $run)) (include "errata.embedded" .root) }}
- name: CLICKHOUSE_URL
  value: http://{{ include "errata.name" (dict "root" .root "process" (include "errata.processOf" (dict "root" .root "name" "analytics"))) }}:8123
- name: CLICKHOUSE_USER
  value: errata
- name: CLICKHOUSE_PASSWORD_FILE
  value: /secrets/ERRATA_TOKEN/{{ .root.Values.token.key }}
{{- end }}
{{- end -}}

{{- define "errata.secretMounts" -}}
{{- range .Values.secrets }}
- { name: {{ printf "secret-%s" .setting | lower | replace "_" "-" }}, mountPath: /secrets/{{ .setting }}, readOnly: true }
{{- end }}
{{- if .Values.token.secret }}
- { name: secret-errata-token, mountPath: /secrets/ERRATA_TOKEN, readOnly: true }
{{- end }}
{{- end -}}

{{- define "errata.secretVolumes" -}}
{{- range .Values.secrets }}
- name: {{ printf "secret-%s" .setting | lower | replace "_" "-" }}
  secret: { secretName: {{ .secret }}, defaultMode: 0440, items: [{ key: {{ .key }}, path: {{ .key }} }] }
{{- end }}
{{- if .Values.token.secret }}
- name: secret-errata-token
  secret:
    secretName: {{ .Values.token.secret }}
    defaultMode: 0440
    items: [{ key: {{ .Values.token.key }}, path: {{ .Values.token.key }} }]
{{- end }}
{{- end -}}

{{- define "errata.podSecurity" -}}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: { type: RuntimeDefault }
automountServiceAccountToken: false
enableServiceLinks: false
{{- end -}}

{{- define "errata.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
{{- end -}}
