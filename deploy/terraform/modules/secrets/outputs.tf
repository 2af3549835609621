output "arns" {
  description = "Secrets by the name of the environment variable that they are for."
  value       = { for name, secret in aws_secretsmanager_secret.this : name => secret.arn }
  depends_on  = [aws_secretsmanager_secret_version.this, aws_secretsmanager_secret_version.operators]
}
